"""What did not arrive at the hub, or arrived late or twice: signatures 7, 10, 11 and 12, late upload, duplicate delivery."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.diagnosis.facts import Facts, moment
from lotproof.rules.hypothesis import Hypothesis

# The packs of a lot in the order in which the line made them, and whether the hub lacks them. A pack is told of when its container is closed.
_ORDER = """
WITH made AS (
  SELECT s.subject, coalesce(l.at_utc, s.at_utc) AS told_at, s.subject IN (SELECT subject FROM found WHERE code = 'SN-01' AND lot = $lot) AS lost,
         row_number() OVER (ORDER BY s.at_utc, s.position) AS k
  FROM line_state s LEFT JOIN line_parent l ON l.subject = s.subject WHERE s.lot = $lot AND s.level = 'unit' AND s.state IN ('commissioned', 'sampled', 'destroyed', 'inactivated')),
lost AS (SELECT min(k) AS first, max(k) AS last, count(*) AS n, min(told_at) AS began FROM made WHERE lost)
SELECT l.n, count(*), l.first, l.last, l.began, count(*) FILTER (NOT made.lost AND made.k > l.first),
       count(*) FILTER (NOT made.lost AND made.k BETWEEN l.first AND l.last)
FROM made, lost l WHERE l.n > 0 GROUP BY ALL
"""
# Containers of which the hub lacks every pack, and those of which it lacks some.
_BOXES = """
WITH box AS (SELECT l.parent, count(*) AS n, count(*) FILTER (l.subject IN (SELECT subject FROM found WHERE code = 'SN-01' AND lot = $lot)) AS lost
             FROM line_parent l WHERE l.lot = $lot AND l.level = 'unit' GROUP BY l.parent)
SELECT count(*) FILTER (lost = n), count(*) FILTER (lost > 0 AND lost < n) FROM box
"""
CONTIGUOUS = "Sort the packs of the lot by time: the missing ones must be one piece at its end. Look for the last message acknowledged."
WHOLE_CASES = "Compare the message numbers at sender and hub: the missing packs must be exactly those of the missing messages."


def not_uploaded(facts: Facts) -> Iterator[Hypothesis]:
    """All packs missing: never uploaded; the end missing: truncated; whole containers in the middle: a message lost."""
    if not facts.has("SN-01"):
        return
    found = facts.row(_ORDER)
    if not found:
        return
    lost, made, first, _, began, known_after, known_between = found
    codes = ("SN-01", "QTY-02")
    if lost >= 0.99 * made:
        yield Hypothesis("lot_never_uploaded", "METHOD", facts.lot, 0.97, f"The hub knows none of the {made:,} packs of the lot.",
                         "Ask the hub for the lot; look whether a message was ever sent.", codes, moment(began))  # fmt: skip
        return
    boxes, torn = facts.row(_BOXES) or (0, 0)
    tail = lost / max(lost + known_after, 1)
    if tail >= 0.95:
        yield Hypothesis(
            "truncated_upload", "MACHINE", facts.lot, 0.6 + 0.36 * tail, f"The {lost:,} packs missing at the hub are the end of the lot, "
            f"from the {first:,}. of {made:,} on.", CONTIGUOUS, codes, moment(began),
            supports=(f"of the packs made after the first missing one, {tail:.1%} are missing",),
        )  # fmt: skip
    elif boxes and lost >= 2:
        whole = boxes / (boxes + torn)
        yield Hypothesis(
            "missing_message_middle", "MACHINE", facts.lot, 0.5 + 0.4 * whole, f"The {lost:,} packs missing at the hub are all packs of {boxes} "
            "containers, with known packs before and behind.", WHOLE_CASES, codes, moment(began),
            supports=(f"{boxes} containers are missing whole", f"{known_between:,} packs made between them are known"),
            against=(f"{torn} containers are missing in part",) if torn else (),
        )  # fmt: skip


def late(facts: Facts) -> Iterator[Hypothesis]:
    """Everything is there, but it came after the goods had left."""
    if not facts.has("RPT-01"):
        return
    (began,) = facts.row("SELECT min(h.recorded_at) FROM hub_event h JOIN found f ON f.subject = h.subject AND f.code = 'RPT-01' AND f.lot = $lot "
                         "WHERE h.lot = $lot AND h.step = 'commissioned'") or (None,)  # fmt: skip
    count = facts.items("RPT-01")
    yield Hypothesis("late_upload", "METHOD", facts.lot, 0.9, f"{count:,} packs were recorded by the hub after the lot had begun to leave.",
                     "Compare the time of release with the time of the last acknowledgement.", ("RPT-01",), moment(began))  # fmt: skip


_TWICE = """
WITH twice AS (SELECT DISTINCT subject FROM found WHERE code = 'SN-04' AND lot = $lot),
rows_of AS (SELECT o.subject, o.step, o.at_utc, o.parent, o.source, o.recorded_at, o.event FROM obs o JOIN twice t ON t.subject = o.subject
            WHERE o.kind = 'hub' AND o.step NOT IN ('voided', 'linked', 'observed')),
several AS (SELECT subject, step, at_utc, parent, count(DISTINCT source) AS files, count(DISTINCT event) AS ids, max(recorded_at) AS again, min(at_utc) AS at_least
            FROM rows_of GROUP BY subject, step, at_utc, parent HAVING count(*) > 1)
SELECT (SELECT count(*) FROM twice), (SELECT count(DISTINCT subject) FROM hub_event WHERE lot = $lot), max(files), max(again), min(at_utc), max(at_utc) FROM several
"""


POWER = "power|strom|ups|restart|voltage|courant|secteur|corriente|energ[ií]a|corrente|stroom|spanning|zasilan|elektrik|enerji"
"""What a stop is called after which a line may send again what it had sent."""

# The power failed right behind the last of them, and what came later was sent once.
_CUT = f"""
SELECT min(r.started) FROM record r
WHERE r.record = 'downtime' AND regexp_matches(lower(r.text), '{POWER}') AND r.started BETWEEN $last - INTERVAL 2 MINUTE AND $last + INTERVAL 30 MINUTE
  AND EXISTS (SELECT 1 FROM hub_event h WHERE h.lot = $lot AND h.step = 'commissioned' AND h.at_utc > r.started
              AND h.subject NOT IN (SELECT subject FROM found WHERE code = 'SN-04' AND lot = $lot AND subject IS NOT NULL))
"""


def twice(facts: Facts) -> Iterator[Hypothesis]:
    """Equal events: a few of one moment are a replay after a restart, most of a lot a file delivered again."""
    if not facts.has("SN-04", grave=False):
        return
    doubled, known, files, again, first, last = facts.row(_TWICE)
    (cut,) = facts.row(_CUT, last=last) or (None,) if last else (None,)
    stop = facts.row("SELECT max(started) FROM record WHERE record = 'downtime' AND started <= $again", again=again) if again else ()
    if doubled >= 0.5 * max(known, 1) and not cut:
        yield Hypothesis("duplicate_delivery", "MACHINE", facts.lot, 0.85, f"{doubled:,} of {known:,} items of the lot have their events twice.",
                         "Compare the files: whole runs of events are equal.", ("SN-04",), moment(again or first))  # fmt: skip
        return
    power = bool(facts.row("SELECT 1 FROM record WHERE record = 'downtime' AND regexp_matches(lower(text), $power) LIMIT 1", power=POWER))
    yield Hypothesis(
        "replay_power_loss", "MACHINE", facts.lot, 0.9 if power else 0.8, f"The events of {doubled:,} items are there twice, equal in time and content.",
        "Compare event identifiers and hashes: a replay gives them again, two packs never do.", ("SN-04",),
        moment(cut or (stop[0] if stop and stop[0] else first)), supports=(f"the equal events lie in {files} files",),
    )  # fmt: skip


SIGNATURES = (not_uploaded, late, twice)
