"""5-Why, which may branch: the problem on the left, each further why one column to the right, read "because" towards the right.

Cards are as tall as their text, a card stands in the middle of those behind it, so nothing overlaps at any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lotproof.draw.marks import MARKED, SIGNS, WORDS, label, pill
from lotproof.draw.page import page
from lotproof.draw.text import lines

CARD, BETWEEN, GAP, EDGE, SIZE, ROW = 196.0, 44.0, 14.0, 20.0, 12.0, 16.0
"""Width of a card, room between two columns, between two cards, margin, size of text, height of a line."""
LINES = 6
"""Lines of text in a card."""


@dataclass(frozen=True)
class Why:
    """One answer to "why"."""

    text: str
    """The claim; for the first card the problem."""
    mark: str = "untested"
    """root, supported, contradicted or untested."""
    note: str = ""
    """What stands below it: its evidence, counted."""
    inner: tuple[Why, ...] = field(default=())
    """The answers to the next why."""


@dataclass
class _Card:
    why: Why
    depth: int
    rows: list[str]
    inner: list[_Card]
    y: float = 0.0

    @property
    def tall(self) -> float:
        return len(self.rows) * ROW + 18 + (ROW if self.depth else 0)


def why_tree(problem: Why, title: str) -> str:
    """The drawing."""
    top = _card(problem, 0)
    bottom = _spread(top, EDGE + 34)
    deepest = _deepest(top)
    wide = EDGE * 2 + (deepest + 1) * CARD + deepest * BETWEEN
    heads = [pill(_left(depth) + CARD / 2, EDGE + 8, "Problem" if not depth else f"Why {depth}") for depth in range(deepest + 1)]
    return page(wide, bottom + EDGE - GAP, title, _told(problem), [f"<style>{MARKED}</style>", *heads, *_parts(top)])


def _card(why: Why, depth: int) -> _Card:
    return _Card(why, depth, lines(why.text, CARD - 20, SIZE, LINES), [_card(one, depth + 1) for one in why.inner])


def _spread(card: _Card, top: float) -> float:
    """Place the card and all behind it from ``top`` downwards; return where the next may begin."""
    if not card.inner:
        card.y = top + card.tall / 2
        return top + card.tall + GAP
    below = top
    for one in card.inner:
        below = _spread(one, below)
    card.y = (card.inner[0].y + card.inner[-1].y) / 2
    high = card.y - card.tall / 2
    if high < top:
        # A card taller than all behind it pushes them down to its middle.
        _lower(card, top - high)
        below += top - high
    return max(below, card.y + card.tall / 2 + GAP)


def _lower(card: _Card, by: float) -> None:
    card.y += by
    for one in card.inner:
        _lower(one, by)


def _deepest(card: _Card) -> int:
    return max((_deepest(one) for one in card.inner), default=card.depth)


def _left(depth: int) -> float:
    return EDGE + depth * (CARD + BETWEEN)


def _parts(card: _Card) -> Iterator[str]:
    x, top = _left(card.depth), card.y - card.tall / 2
    mark = card.why.mark
    frame = "f-root" if not card.depth else f"f-{mark}"
    heavy = 2.2 if mark == "root" and card.depth else 1.3
    dashes = ' stroke-dasharray="5 4"' if mark == "untested" and card.depth else ""
    yield f'<rect class="{frame}" stroke-width="{heavy}"{dashes} x="{x:g}" y="{top:g}" width="{CARD:g}" height="{card.tall:g}" rx="7"/>'
    for at, row in enumerate(card.rows):
        yield label(x + 10, top + 21 + at * ROW, row, SIZE, "t", "start", not card.depth)
    if card.depth:
        told = f"{SIGNS[mark]} {WORDS[mark] or 'not tested'}" + (f" · {card.why.note}" if card.why.note else "")
        yield label(x + 10, top + 21 + len(card.rows) * ROW, told, 10.5, mark, "start", mark == "root")
    for one in card.inner:
        yield _line(x + CARD, card.y, one)
    for one in card.inner:
        yield from _parts(one)


def _line(x: float, y: float, to: _Card) -> str:
    middle, end = x + BETWEEN / 2, x + BETWEEN - 7
    return f'<path class="l" d="M{x:g} {y:g}H{middle:g}V{to.y:g}H{end:g}"/><path class="t" d="M{end:g} {to.y - 4:g}l7 4l-7 4z"/>'


def _told(problem: Why) -> str:
    return f"{problem.text}. " + " ".join(_spoken(one, 1) for one in problem.inner)


def _spoken(why: Why, depth: int) -> str:
    own = f"Why {depth}: {why.text} ({WORDS[why.mark] or 'not tested'})."
    return " ".join([own, *(_spoken(one, depth + 1) for one in why.inner)])


def depth_of(whys: Sequence[Why]) -> int:
    """How many whys the longest chain has."""
    return max((1 + depth_of(one.inner) for one in whys), default=0)
