"""Earlier cases like this one: words by BM25, and what codes, failure modes, equipment and product have in common; every score explained.

Nothing is learnt and nothing is hidden: a score is the weighted mean of shares from 0 to 1, each with what it is made of. Words count
by BM25 (Robertson and Walker 1994; Lucene's form, k1 1.2, b 0.75) as a share of what the query scores against itself. Codes and
modes are compared as sets in which a rare one weighs more than a common one (weighted Jaccard, weights ln(1 + N/n)).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import bm25s

from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.register import RULES
from lotproof.stats.problem import MethodProblem

WEIGHTS: Mapping[str, float] = MappingProxyType({"codes": 0.35, "modes": 0.2, "words": 0.3, "equipment": 0.1, "product": 0.05})
"""How much each likeness counts; those of which this case tells nothing are left out and the rest counts as before."""
K1, B = 1.2, 0.75
WORDS_SHOWN = 8
LEAST = 0.05
"""A lower score is a word or two by accident: nothing in common."""
_STOP = frozenset((
    "and", "the", "for", "with", "from", "that", "this", "are", "was", "were", "has", "have", "not", "its", "all", "one", "lot",
    "lots", "packs", "pack", "case", "cases", "which", "than", "then", "they", "them", "their", "und", "der", "die", "das", "ein",
    "eine", "von", "mit", "den", "dem", "ist", "nicht", "auf", "fur", "aus", "bei", "wurde", "wurden",
))  # fmt: skip
"""Words that say nothing of a fault."""


@dataclass(frozen=True)
class Case:
    """An incident, now or earlier."""

    id: str
    """Its name: a case number, a deviation number, or pack and lot."""
    text: str = ""
    """What is told of it."""
    codes: tuple[str, ...] = ()
    """Finding codes."""
    modes: tuple[str, ...] = ()
    """Failure modes that the data supported, or the recorded cause in one word."""
    equipment: tuple[str, ...] = ()
    """Printers, cameras, lines, stations."""
    product: str = ""
    """Product."""
    lot: str = ""
    """Lot."""
    when: str = ""
    """Day, ISO 8601."""
    cause: str = ""
    """The cause that was found, as recorded; '' where none was."""
    action: str = ""
    """What was done against it, as recorded."""
    held: bool | None = None
    """Whether the action held, as recorded; None where nobody recorded it."""
    origin: str = ""
    """Where the case was read from."""


@dataclass(frozen=True)
class Likeness:
    """How alike an earlier case is."""

    case: Case
    """The earlier case."""
    score: float
    """0 to 1: to rank by, no probability."""
    parts: Mapping[str, float]
    """Share of each likeness, 0 to 1."""
    words: Sequence[tuple[str, float]]
    """Words in common and what each adds to the share of words, the most first."""
    codes: Sequence[str]
    """Codes in common."""
    modes: Sequence[str]
    """Modes in common."""
    equipment: Sequence[str]
    """Equipment in common."""
    outcome: str = field(default="")
    """What is recorded of how it ended."""


def case_of(
    lot: str, findings: Sequence[Finding], hypotheses: Sequence[Hypothesis], product: str = "", origin: str = "this workspace"
) -> Case:
    """A lot with what was found in it as a case; what is there for information only does not tell one fault from another."""
    own = [found for found in findings if found.lot == lot and found.severity != "info"]
    likely = [one for one in hypotheses if one.lot == lot]
    said = [RULES[found.code].title if found.code in RULES else found.sentence for found in own]
    said += [f"{one.mode.replace('_', ' ')} {one.sentence}" for one in likely]
    equipment = [f"{one.suspect.field} {one.suspect.value}" for one in likely if one.suspect]
    return Case(
        lot, " ".join(said), tuple(sorted({found.code for found in own})), tuple(dict.fromkeys(one.mode for one in likely)),
        tuple(dict.fromkeys(equipment)), product, lot, next((one.started_at[:10] for one in likely if one.started_at), ""), origin=origin,
    )  # fmt: skip


def case_from(document: Any, where: str) -> Case:
    """A case from JSON; MethodProblem names ``where`` and the field."""
    if not isinstance(document, dict) or not isinstance(document.get("id"), str) or not document["id"].strip():
        raise MethodProblem(f'{where}: a case is an object with an "id"; see docs/kpis.md.')
    texts, lists = ("id", "text", "product", "lot", "when", "cause", "action"), ("codes", "modes", "equipment")
    for name, value in document.items():
        if name in texts and not isinstance(value, str):
            raise MethodProblem(f'{where}, field "{name}": write a text.')
        if name in lists and not (isinstance(value, list) and all(isinstance(word, str) for word in value)):
            raise MethodProblem(f'{where}, field "{name}": write a list of texts.')
        if name == "held" and value is not None and not isinstance(value, bool):
            raise MethodProblem(f'{where}, field "held": write true, false or null: whether the action held.')
        if name not in (*texts, *lists, "held"):
            raise MethodProblem(f'{where}, field "{name}": there is no such field; there are {", ".join((*texts, *lists, "held"))}.')
    given: dict[str, Any] = {name: document[name] for name in texts if name in document}
    given |= {name: tuple(document[name]) for name in lists if name in document}
    return Case(**given, held=document.get("held"), origin=where)


def similar(query: Case, cases: Sequence[Case], most: int = 5) -> list[Likeness]:
    """The cases most like ``query``, the most alike first; cases with nothing in common are left out."""
    if not cases:
        return []
    words = _words(query, cases)
    found = []
    for at, case in enumerate(cases):
        parts = {
            "words": words[at][0],
            "codes": _overlap(query.codes, case.codes, [one.codes for one in cases]),
            "modes": _overlap(query.modes, case.modes, [one.modes for one in cases]),
            "equipment": _overlap(query.equipment, case.equipment, [one.equipment for one in cases]),
            "product": None if not query.product else float(query.product == case.product),
        }
        told = {name: share for name, share in parts.items() if share is not None}
        score = sum(WEIGHTS[name] * share for name, share in told.items()) / (sum(WEIGHTS[name] for name in told) or 1)
        if score >= LEAST:
            codes, modes, equipment = _common(query, case)
            found.append(Likeness(case, score, told, words[at][1], codes, modes, equipment, outcome_of(case)))
    return sorted(found, key=lambda one: (-one.score, one.case.id, one.case.origin))[:most]


def _common(query: Case, case: Case) -> list[tuple[str, ...]]:
    """Codes, modes and equipment in common."""
    pairs = ((getattr(query, name), getattr(case, name)) for name in ("codes", "modes", "equipment"))
    return [tuple(value for value in one if value in other) for one, other in pairs]


def outcome_of(case: Case) -> str:
    """How it ended, as recorded."""
    held = {True: "the action held", False: "the action did not hold", None: "whether the action held is not recorded"}[case.held]
    parts = [
        f"cause: {case.cause}" if case.cause else "no cause recorded",
        f"action: {case.action}; {held}" if case.action else "no action recorded",
    ]
    return "; ".join(parts)


def tokens(text: str) -> list[str]:
    """Words of a text in small letters without accents; numbers and names of items tell of one incident alone and are no words."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return [word for word in re.findall(r"[a-z]{3,}(?![\w]*\d)", plain) if word not in _STOP]


def _words(query: Case, cases: Sequence[Case]) -> list[tuple[float | None, list[tuple[str, float]]]]:
    """Share of words and the words in common, a pair a case; the share is None where the query has no word."""
    asked = Counter(tokens(f"{query.text} {query.cause}"))
    texts = [tokens(f"{case.text} {case.cause} {case.action}") for case in cases]
    if not asked or not any(texts):
        return [(None if not asked else 0.0, [])] * len(cases)
    # The query is one of the documents, so that its score against itself is the most that any can have.
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index([list(asked.elements()), *(text or ["-"] for text in texts)], show_progress=False)
    known = [word for word in sorted(asked) if word in index.vocab_dict]
    each = {word: index.get_scores([word]) * asked[word] for word in known}
    whole = sum(float(score[0]) for score in each.values())
    found: list[tuple[float | None, list[tuple[str, float]]]] = []
    for at in range(1, len(cases) + 1):
        shares = {word: float(score[at]) / whole for word, score in each.items() if score[at] > 0} if whole else {}
        best = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
        found.append((min(sum(shares.values()), 1.0), best[:WORDS_SHOWN]))
    return found


def _overlap(mine: Iterable[str], other: Iterable[str], every: Sequence[Iterable[str]]) -> float | None:
    """Weighted Jaccard of two sets; None where the first says nothing."""
    left, right = set(mine), set(other)
    if not left:
        return None
    counts = Counter(value for values in every for value in set(values))
    weight = {value: math.log(1 + len(every) / max(counts[value], 1)) for value in left | right}
    return sum(weight[value] for value in left & right) / sum(weight[value] for value in left | right)


def as_document(found: Likeness) -> dict[str, Any]:
    """The likeness as JSON."""
    case = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(found.case).items()}
    return {
        "case": case, "score": round(found.score, 4), "parts": {name: round(value, 4) for name, value in found.parts.items()},
        "words": [[word, round(share, 4)] for word, share in found.words], "codes": list(found.codes), "modes": list(found.modes),
        "equipment": list(found.equipment), "outcome": found.outcome,
    }  # fmt: skip
