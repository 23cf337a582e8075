"""Identities that changed on the way: signatures 13 (character map), 14 (wrong set-up), 15 (change-over) and 18 (clock)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from lotproof.diagnosis.facts import Facts, moment
from lotproof.rules.hypothesis import Hypothesis, Suspect

_MAPPED = """
SELECT count(DISTINCT o.subject), min(o.alias_transform), count(DISTINCT o.alias_transform), min(o.at_utc),
       (SELECT count(DISTINCT subject) FROM hub_event WHERE lot = $lot AND level = 'unit' AND step = 'commissioned')
FROM obs o WHERE o.lot = $lot AND o.kind = 'hub' AND o.alias_transform IN ('zeros', 'case', 'keyboard', 'map')
"""
MAPS = {"zeros": "lost their leading zeros", "case": "changed between capitals and small letters", "keyboard": "went through another keyboard layout",
        "map": "went through one map of characters"}  # fmt: skip


def character_map(facts: Facts) -> Iterator[Hypothesis]:
    """As many strange serials as missing ones, each the image of one under a single map."""
    count, kind, kinds, began, known = facts.row(_MAPPED)
    if not count or count < 5:
        return
    yield Hypothesis(
        "character_transform", "MACHINE", facts.lot, 0.95 if kinds == 1 else 0.8, f"{count:,} of {known:,} serials in the hub {MAPS[kind]}.",
        "Send one known serial through the interface and compare it at each station.", ("IDT-03", "IDT-04"), moment(began),
        supports=("one map explains all of them",) if kinds == 1 else (), against=() if kinds == 1 else (f"{kinds} maps are needed",),
    )  # fmt: skip


_SET_UP = """
WITH wrong AS (SELECT DISTINCT subject FROM found WHERE lot = $lot AND code IN ('DAT-01', 'DAT-02', 'DAT-03') AND severity IN ('critical', 'major')),
made AS (SELECT subject, at_utc, subject IN (SELECT subject FROM wrong) AS bad FROM line_state WHERE lot = $lot AND level = 'unit' AND state = 'commissioned'),
onset AS (SELECT min(at_utc) FILTER (bad) AS began, max(at_utc) FILTER (bad) AS ended, count(*) FILTER (bad) AS n, count(*) AS m FROM made)
SELECT n, m, began, (SELECT count(*) FROM made WHERE NOT bad AND at_utc BETWEEN o.began AND o.ended) FROM onset o
"""


def wrong_set_up(facts: Facts) -> Iterator[Hypothesis]:
    """From one moment on every pack has the same wrong lot or expiry."""
    if not facts.has("DAT-01", "DAT-02", "DAT-03"):
        return
    count, made, began, right_between = facts.row(_SET_UP)
    count = count or facts.items("DAT-01", "DAT-02", "DAT-03")
    purity = count / max(count + (right_between or 0), 1)
    if count >= 3:
        yield Hypothesis(
            "wrong_lot_or_expiry_setup", "MAN", facts.lot, 0.4 + 0.5 * purity, f"{count:,} of {made:,} packs bear a lot, expiry or trade item that is not "
            "their order's.", "Find the moment from which on all of them do, and who set up what then.", ("DAT-01", "DAT-02", "DAT-03"), moment(began),
            supports=(f"between the first and the last of them {right_between or 0:,} packs are right",),
        )  # fmt: skip


_MIXED = """
SELECT count(*), coalesce(min(p.at_utc), min(s.at_utc)) FROM found f LEFT JOIN line_state s ON s.subject = f.subject AND s.level = 'unit'
LEFT JOIN line_parent p ON p.subject = f.subject AND p.level = 'unit'
WHERE f.code = 'AGG-04' AND f.lot = $lot AND f.item LIKE '(01)%'
"""


def change_over(facts: Facts) -> Iterator[Hypothesis]:
    """Only the cases at the border of two lots are mixed."""
    if not facts.has("AGG-04"):
        return
    count, began = facts.row(_MIXED)
    yield Hypothesis("mixed_lot_changeover", "MAN", facts.lot, 0.88, f"{count:,} packs lie in containers of another lot.",
                     "Measure the time from the change of lot to the packing of each of them.", ("AGG-04",), moment(began))  # fmt: skip


_CLOCKS = """
SELECT left_kind, right_kind, if(abs(seconds) < 600, 0, seconds), n FROM clock_offset
WHERE lot = $lot AND high - low <= 240 AND n >= 20
  -- Packing has no clock of its own to vote with, as long as it agrees with its line.
  AND (right_kind <> 'packing' OR seconds <= -600 OR (seconds >= 600 AND abs(seconds - round(seconds / 1800) * 1800) <= 120)) ORDER BY list_position(['printer', 'camera', 'line'], left_kind)
"""
_FIRST = """
SELECT min(at_utc), min(source_name) FROM obs
WHERE lot = $lot AND level = 'unit' AND if($kind = 'packing', kind IN ('line', 'hub') AND step = 'aggregated', kind = $kind)
"""


def clock(facts: Facts) -> Iterator[Hypothesis]:
    """Everything that one source says is off by one constant."""
    pairs = facts.rows(_CLOCKS)
    for kind, seconds, count in _odd_ones(pairs):
        hours = abs(seconds) / 3600
        whole = abs(hours - round(hours)) < 0.05
        began, name = facts.row(_FIRST, kind=kind)
        fellows = len(pairs) > 1
        yield Hypothesis(
            "clock_zone_error", "MEASUREMENT", facts.lot, (0.92 if whole else 0.75) - (0 if fellows else 0.05), f"On {count:,} packs {kind} is "
            f"{abs(seconds) / 60:.0f} minutes {'ahead of' if seconds > 0 else 'behind'} the other sources.", "Read both clocks at the same moment.",
            ("TIM-01", "TIM-02"), moment(began and began - timedelta(seconds=seconds)),
            Suspect("source", kind, 1.0, math.inf, (f"file={name}",)) if fellows else None,
            supports=("the difference is a whole number of hours, as a wrong zone gives",) if whole else (),
            against=() if fellows else ("only two sources can be compared: either clock may be the wrong one",),
        )  # fmt: skip


def _odd_ones(pairs: list[tuple[str, str, float, int]]) -> Iterator[tuple[str, float, int]]:
    """The sources whose clock differs from that of most: kind, seconds ahead, packs compared.

    Neighbouring sources are compared, so each one's offset is the sum along the chain. What most agree on is right; of two the later one
    is named.
    """
    chains: list[dict[str, tuple[float, int]]] = []
    for left, right, seconds, count in pairs:
        chain = next((one for one in chains if left in one), None)
        if chain is None:
            chains.append(chain := {left: (0.0, count)})
        chain[right] = (chain[left][0] + seconds, count)
    for chain in chains:
        groups = Counter(round(ahead / 600) for ahead, _ in chain.values())
        usual = groups.most_common(1)[0][0]
        right_time = next(ahead for ahead, _ in chain.values() if round(ahead / 600) == usual)
        yield from ((kind, ahead - right_time, count) for kind, (ahead, count) in chain.items() if abs(ahead - right_time) >= 600)


SIGNATURES = (character_map, wrong_set_up, change_over, clock)
