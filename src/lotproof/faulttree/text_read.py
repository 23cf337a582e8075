"""The short text form in (docs/fault-trees.md): one statement a line, a formula may go on over lines within its parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.faulttree.draft import Draft, operator
from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.expression import CALLS, MISSION_TIME, Call, Expression, Number, Parameter, arguments_wrong
from lotproof.faulttree.model import INNER, Event, Gate, Op, Tree

TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*)|(?P<line>\n)|(?P<label>"[^"\n]*")"""
    r"""|(?P<name>'[^'\n]+'|[^\s()=,;"'\#\[\]]+)|(?P<mark>[()=,;\[\]])"""
)
DEEPEST = 100
"""Nesting of formulas and models beyond which a line is refused."""
STATEMENTS = ("tree", "top", "time", "event", "undeveloped", "house", "parameter")


@dataclass(frozen=True)
class Token:
    """A piece of a statement."""

    kind: str
    """name, quoted (a name in quotes), label, mark, end."""
    text: str
    """Without quotes."""
    line: int
    """Line, from 1."""


def _tokens(text: str, draft: Draft) -> Iterator[list[Token]]:
    """Statement by statement."""
    found: list[Token] = []
    line, depth, at = 1, 0, 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise TreeError(f'{draft.where(line)}: a quote is opened and not closed: {text[at : at + 20].splitlines()[0]}')
        at = match.end()
        kind, piece = str(match.lastgroup), match.group()
        if kind == "line":
            line += 1
            if depth == 0 and found:
                yield found
                found = []
        elif kind != "blank":
            depth += {"(": 1, ")": -1}.get(piece, 0) if kind == "mark" else 0
            quoted = piece[0] in "\"'" and kind != "mark"
            found.append(Token("quoted" if quoted and kind == "name" else kind, piece[1:-1] if quoted else piece, line))
    if found:
        yield found


class _Statement:
    """One statement, read from left to right."""

    def __init__(self, draft: Draft, tokens: list[Token]) -> None:
        self.draft = draft
        self.tokens = tokens
        self.at = 0
        self.made = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "the end", self.tokens[-1].line)

    @property
    def where(self) -> str:
        return self.draft.where(self.now.line)

    def take(self, *kinds: str, wanted: str) -> Token:
        """The next token, of one of these kinds."""
        token = self.now
        if token.kind not in kinds:
            raise TreeError(f'{self.where}: {wanted} is expected, here stands "{token.text}".')
        self.at += 1
        return token

    def mark(self, text: str) -> None:
        """The next token, which must be this mark."""
        if self.now.kind != "mark" or self.now.text != text:
            raise TreeError(f'{self.where}: "{text}" is expected, here stands "{self.now.text}".')
        self.at += 1

    def next_is(self, text: str) -> bool:
        """Whether this mark comes next; it is then taken."""
        if self.now.kind == "mark" and self.now.text == text:
            self.at += 1
            return True
        return False

    @property
    def nested(self) -> bool:
        """Whether a formula begins here, and not just a name."""
        return self.tokens[self.at + 1 : self.at + 2] == [Token("mark", "(", self.now.line)]

    def name(self) -> str:
        return self.take("name", "quoted", wanted="a name").text

    def label(self) -> str:
        return self.take("label", wanted="a label").text if self.now.kind == "label" else ""

    def number(self) -> float:
        token = self.take("name", wanted="a number")
        try:
            return float(token.text)
        except ValueError:
            raise TreeError(f'{self.draft.where(token.line)}: "{token.text}" is no number.') from None

    def end(self) -> None:
        if self.now.kind != "end":
            raise TreeError(f'{self.where}: the statement should end here, but "{self.now.text}" follows.')


def read_text(text: str, source: str = "the text", top: str | None = None) -> Tree:
    """The fault tree in the text form; TreeError says what is wrong and in which line."""
    draft = Draft(source)
    for tokens in _tokens(text, draft):
        statement = _Statement(draft, tokens)
        first = tokens[0]
        if first.kind == "name" and first.text in STATEMENTS and tokens[1:2] != [Token("mark", "=", first.line)]:
            statement.at = 1
            _DECLARED[first.text](draft, statement)
        else:
            _gate(draft, statement)
        statement.end()
    return draft.close(top)


def _tree(draft: Draft, read: _Statement) -> None:
    draft.name, draft.label = read.name(), read.label()


def _top(draft: Draft, read: _Statement) -> None:
    draft.top = read.name()


def _time(draft: Draft, read: _Statement) -> None:
    draft.mission_time = read.number()


def _event(draft: Draft, read: _Statement, undeveloped: bool = False) -> None:
    name, line = read.name(), read.now.line
    draft.define(name, line)
    read.mark("=")
    value = None
    if read.now.text == "?":
        read.at += 1
    else:
        value = _expression(read, 0)
    label, codes = read.label(), []
    if read.next_is("["):
        while not read.next_is("]"):
            codes.append(read.name())
            read.next_is(",")
    draft.events[name] = Event(value, label, tuple(dict.fromkeys(codes)), undeveloped)


def _undeveloped(draft: Draft, read: _Statement) -> None:
    _event(draft, read, undeveloped=True)


def _house(draft: Draft, read: _Statement) -> None:
    name = read.name()
    draft.define(name, read.now.line)
    read.mark("=")
    state = read.name()
    if state not in ("true", "false"):
        raise TreeError(f'{draft.where(read.tokens[0].line)}: the house event "{name}" is "{state}"; it is true or false.')
    draft.houses[name] = state == "true"


def _parameter(draft: Draft, read: _Statement) -> None:
    name = read.name()
    draft.define(f"parameter {name}", read.now.line)
    read.mark("=")
    draft.parameters[name] = _expression(read, 0)


_DECLARED = {
    "tree": _tree, "top": _top, "time": _time, "event": _event, "undeveloped": _undeveloped, "house": _house, "parameter": _parameter,
}  # fmt: skip


def _gate(draft: Draft, read: _Statement) -> None:
    token = read.now
    name = read.name()
    draft.define(name, token.line)
    read.mark("=")
    gate = _formula(read, name, 0)
    draft.put(name, Gate(gate.op, gate.args, gate.least, gate.most, read.label()), token.line)


def _formula(read: _Statement, owner: str, depth: int) -> Gate:
    """The gate that begins here; formulas within it become gates of their own."""
    token = read.take("name", "quoted", wanted="a name or an operator")
    if not (read.now.kind == "mark" and read.now.text == "("):
        return Gate(Op.SAME, (token.text,))
    _not_too_deep(read, depth)
    op = operator(token.text, read.draft.where(token.line))
    read.mark("(")
    least, most = _bounds(read, op)
    args = []
    while True:
        line, nested = read.now.line, read.nested
        read.made += nested
        name = f"{owner}{INNER}{read.made}"
        inner = _formula(read, owner, depth + 1)
        args.append(name if nested else inner.args[0])
        if nested:
            read.draft.put(name, inner, line)
        if read.next_is(")"):
            return Gate(op, tuple(args), least, most)
        read.mark(",")


def _bounds(read: _Statement, op: Op) -> tuple[int, int]:
    if op not in (Op.ATLEAST, Op.CARDINALITY):
        return 0, 0
    token = read.take("name", wanted="how many (2 for atleast, 1..3 for cardinality) and a semicolon")
    read.mark(";")
    found = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", token.text)
    if found is None or (found[2] is None) != (op is Op.ATLEAST):
        where = read.draft.where(token.line)
        raise TreeError(f'{where}: "{token.text}" does not say how many; write atleast(2; ...) or cardinality(1..3; ...).')
    return int(found[1]), int(found[2] or 0)


def _expression(read: _Statement, depth: int) -> Expression:
    token = read.take("name", "quoted", wanted="a number, a parameter or a probability model")
    if read.next_is("("):
        _not_too_deep(read, depth)
        if token.text not in CALLS:
            raise TreeError(f'{read.draft.where(token.line)}: "{token.text}" is no probability model; it can be {", ".join(CALLS)}.')
        args = [_expression(read, depth + 1)]
        while not read.next_is(")"):
            read.mark(",")
            args.append(_expression(read, depth + 1))
        wrong = arguments_wrong(token.text, len(args))
        if wrong:
            raise TreeError(f"{read.draft.where(token.line)}: {wrong}")
        return Call(token.text, tuple(args))
    try:
        return Number(float(token.text)) if token.kind == "name" else Parameter(token.text)
    except ValueError:
        return Parameter(MISSION_TIME if token.text == "time" else token.text)


def _not_too_deep(read: _Statement, depth: int) -> None:
    if depth > DEEPEST:
        raise TreeError(f"{read.where}: formulas are nested more than {DEEPEST} deep; give the inner ones names.")
