"""Every text that the desk can show, collected from where it stands: what a catalog of a language has to have.

``python -m lotproof.web.words LANGUAGE`` prints what the catalog lacks, in the form of a .po file.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from lotproof.control.kpis.register import product_kpis
from lotproof.exchange.alerts.alert import Class, Side
from lotproof.exchange.partners.thread import STATES
from lotproof.quality.acts.containment import STEPS
from lotproof.quality.book import Book
from lotproof.quality.case import State
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.lot_waivers import KINDS
from lotproof.quality.readiness import ITEMS
from lotproof.quality.register import ACTS
from lotproof.quality.roles import Role
from lotproof.quality.sheet_fields import SHEETS
from lotproof.quality.signals import EXPLAINED, INCIDENT, NEW, ORIGINS
from lotproof.quality.verification.judge import VERDICTS
from lotproof.rules.equations import LEVELS
from lotproof.web.books import SHELVES
from lotproof.web.context import PLACES
from lotproof.web.language import LEAST, catalog
from lotproof.web.pictures import PICTURE_WORDS
from lotproof.web.script_words import of_scripts
from lotproof.web.sentences import SENTENCES

TAG = re.compile(r"""\{%\s*t\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
TOLD = ("Refusal", "Overtaken", "problem", "lacking", "not_own", "say", "closed", "_told", "WorkspaceError")
"""Calls whose texts a person reads."""


def texts() -> list[str]:
    """All of them, each once, in the order of templates, scripts, data, sentences."""
    found = (*of_templates(), *of_scripts(), *of_data(), *of_sentences(), *of_statements())
    return list(dict.fromkeys(text for text in found if any(c.isalpha() for c in text)))


def of_templates() -> Iterator[str]:
    """What stands in tags of templates."""
    for path in sorted(files("lotproof.web").joinpath("templates/web").iterdir(), key=lambda path: path.name):
        for double, single in TAG.findall(path.read_text(encoding="utf-8")):
            yield double.replace('\\"', '"') or single.replace("\\'", "'")


def of_data() -> Iterator[str]:
    """What acts, books, clocks and lists declare."""
    for kind in (*ACTS.values(), *KINDS.values()):
        yield from (kind.button, kind.told, kind.help)
        for field in kind.fields:
            yield from (field.label, field.help, *field.choices)
    yield from (book.noun for book in Book)
    for shelf in SHELVES.values():
        yield from (shelf.title, shelf.about, shelf.due, shelf.tells)
    yield from (clock.says for clock in CLOCKS.values())
    yield from (text for step in STEPS for text in (step.title, step.asks))
    yield from (item.asks for item in ITEMS)
    yield from (about.title for about in SHEETS.values())
    yield from (word for _, _, word in PLACES)
    yield from SENTENCES.values()
    yield from (
        *map(str, State),
        *map(str, Role),
        NEW,
        INCIDENT,
        EXPLAINED,
        "running",
        *PICTURE_WORDS,
        *map(str, Class),
        *map(str, Side),
        *STATES,
        *ORIGINS,
    )
    yield from ("adds up", "does not add up", "undecided", *LEVELS)
    yield from (verdict.word for verdict in VERDICTS.values())
    yield from (one.name for one in product_kpis().values())


STATING = (
    "quality/readiness.py", "quality/lot_ready.py", "quality/audits.py", "quality/plan.py", "quality/acts", "quality/verification/judge.py",
    "quality/verification/running.py", "quality/verification/plan.py", "gs1/wedge_report.py", "web/views/work.py", "causes/by_data.py",
    "causes/choose.py", "exchange/partners/match.py", "control/units_seen.py",
)  # fmt: skip
"""Modules whose every text of several words is read by people."""
_CITED = re.compile(r"[\d ,;(]|EU GMP|FD&C|ALCOA|ICH|TOP =|I ")
"""Beginnings of what is no text of its own: citations, pieces of other texts, and the words that people sign (they stay as signed)."""


def of_statements() -> Iterator[str]:
    """What these modules say."""
    for name in STATING:
        path = files("lotproof").joinpath(name)
        for module in _modules(path) if path.is_dir() else (path,):
            yield from _stated(ast.parse(module.read_text(encoding="utf-8")))


def _stated(tree: ast.Module) -> Iterator[str]:
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in inner | docs and isinstance(node, ast.Constant | ast.JoinedStr):
            text = _text(node)
            if " " in text.strip() and len(re.findall("[a-z]", re.sub(r"\{\w+\}", "", text))) > LEAST and not _CITED.match(text):
                yield text


def of_sentences() -> Iterator[str]:
    """What refusals and problems say; values are names in braces."""
    for room in ("quality", "web"):
        for path in _modules(files("lotproof").joinpath(room)):
            yield from _told(ast.parse(path.read_text(encoding="utf-8")))


def _modules(folder: Traversable) -> Iterator[Traversable]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.is_dir() and path.name not in ("migrations", "__pycache__"):
            yield from _modules(path)
        elif path.name.endswith(".py"):
            yield path


def _told(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in TOLD:
            yield from (text for argument in node.args if (text := _text(argument)) and not text.startswith("LOTPROOF_"))
        elif isinstance(node, ast.Dict):
            titles = (
                value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant) and key.value == "title"
            )
            yield from (text for value in titles if (text := _text(value)))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("_refuse"):
            returned = (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None)
            yield from (text for value in returned for one in _branches(value) if (text := _text(one)))


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from (*_branches(value.body), *_branches(value.orelse))
    else:
        yield value


def _text(node: ast.expr) -> str:
    """A text or f-string as a catalog has it; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [part.value if isinstance(part, ast.Constant) else f"{{{_name(part, number)}}}" for number, part in enumerate(node.values)]
    return "".join(map(str, parts))


def _name(part: ast.expr, number: int) -> str:
    value = part.value if isinstance(part, ast.FormattedValue) else part
    name = getattr(value, "attr", getattr(value, "id", ""))
    return name or f"value{number}"


def main() -> None:
    """Print what the catalog of a language lacks."""
    known = catalog(sys.argv[1])
    for text in texts():
        if known.lacks(text):
            quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            print(f'msgid "{quoted}"\nmsgstr ""\n')


if __name__ == "__main__":
    main()
