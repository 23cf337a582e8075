"""Wrong content of containers: signatures 1 (shift), 2 (swap), 3 (substitution), 5 (samples), 6 (partial) and 16 (pallet rebuilt)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lotproof.diagnosis.facts import Facts, moment
from lotproof.rules.hypothesis import Hypothesis

_FIRST = """
SELECT min(l.at_utc) FROM audit_case a JOIN line_parent l ON l.parent = a.box WHERE a.lot = $lot AND a.verdict = $verdict AND l.level = 'unit'
"""


def _packed(facts: Facts, verdict: str) -> datetime | None:
    """When the first container concerned was packed."""
    found: datetime | None = (facts.row(_FIRST, verdict=verdict) or (None,))[0]
    return found


def _restarted(facts: Facts, verdict: str) -> str | None:
    """The end of the last stop before the first container concerned was packed, if one is near; else that packing."""
    packed = _packed(facts, verdict)
    if packed is None:
        return None
    sql = "SELECT max(ended) FROM record WHERE record = 'downtime' AND ended BETWEEN $packed::TIMESTAMP - INTERVAL 15 MINUTE AND $packed::TIMESTAMP + INTERVAL 5 SECOND"
    (stop,) = facts.row(sql, packed=packed) or (None,)
    return moment(stop or packed)


def shifted(facts: Facts) -> Iterator[Hypothesis]:
    """Audits of cases k, k+1, … match the records of k±n."""
    if facts.has("AGG-08"):
        count, shifts = facts.row("SELECT count(*), count(DISTINCT abs(shift)) FROM audit_case WHERE lot = $lot AND verdict = 'shifted'")
        yield Hypothesis("shifted_aggregation", "MACHINE", facts.lot, min(0.75 + 0.04 * count, 0.97),
                         f"{count} opened containers hold what the record says of another one, in the order of packing.",
                         "Open the containers packed just before and after: the number of places must be the same, and begin at a stop.",
                         ("AGG-08",), _restarted(facts, "shifted"), supports=(f"{shifts} different distances",))  # fmt: skip


def swapped(facts: Facts) -> Iterator[Hypothesis]:
    """Two containers hold each other's content."""
    if facts.has("AGG-09"):
        yield Hypothesis("swapped_labels", "MAN", facts.lot, 0.93, "Opened containers hold each other's recorded content.",
                         "Open the neighbours: they must be right.", ("AGG-09",), moment(_packed(facts, "swapped")))  # fmt: skip


_STRANGERS = """
SELECT count(*), count(*) FILTER (s.state IN ('sampled', 'destroyed', 'inactivated', 'label_scrapped', 'label_sampled')), min(p.at_utc)
FROM audit_case a JOIN audit_pack k ON k.box = a.box AND NOT k.recorded LEFT JOIN line_state s ON s.subject = k.subject
LEFT JOIN (SELECT parent, max(at_utc) AS at_utc FROM line_parent GROUP BY parent) p ON p.parent = a.box
WHERE a.lot = $lot AND a.verdict = 'substituted'
"""


def substituted(facts: Facts) -> Iterator[Hypothesis]:
    """One extra, one missing; the extra was a reject, a sample or an orphan."""
    if facts.has("AGG-10"):
        count, known_off, began = facts.row(_STRANGERS)
        yield Hypothesis("manual_substitution", "MAN", facts.lot, 0.85, f"{count} packs stand in opened containers in the place of recorded ones.",
                         "Look at the state of the strange packs: reject, sample or orphan.", ("AGG-10",), moment(began),
                         supports=(f"{known_off} of them had been taken out of the lot",) if known_off else ())  # fmt: skip


_SAMPLES = """
SELECT h.parent IS NOT NULL OR l.parent IS NOT NULL AS boxed, count(*), min(s.at_utc)
FROM (SELECT DISTINCT subject FROM found WHERE code = 'SN-08' AND lot = $lot) f JOIN line_state s ON s.subject = f.subject
LEFT JOIN hub_state h ON h.subject = f.subject LEFT JOIN line_parent l ON l.subject = f.subject GROUP BY boxed ORDER BY boxed DESC
"""


def samples(facts: Facts) -> Iterator[Hypothesis]:
    """Sampled or destroyed, and still in a container, or still active at the hub."""
    if not facts.has("SN-08"):
        return
    for boxed, count, began in facts.rows(_SAMPLES):
        if boxed:
            mode, where = "sample_not_disaggregated", "in a container"
            test = "Count the containers named: each must be short by the packs taken."
        else:
            mode, where = "sample_not_reported", "active at the hub"
            test = "Ask the hub for one of them, and the line for the message that should have told of its end."
        yield Hypothesis(mode, "METHOD", facts.lot, 0.9, f"{count} packs that were taken out of the lot are still {where}.", test, ("SN-08",), moment(began))


_SHORT = """
WITH named AS (SELECT DISTINCT subject FROM found WHERE code = 'AGG-02' AND lot = $lot),
-- The wrong count of a container that lost or gained packs otherwise is a consequence of that.
touched AS (
  SELECT l.parent AS box FROM line_parent l JOIN found f ON f.subject = l.subject AND f.lot = $lot AND f.code IN ('SN-08', 'AGG-01', 'AGG-06')
  UNION SELECT h.parent FROM hub_event h JOIN found f ON f.subject = h.subject AND f.lot = $lot AND f.code IN ('SN-08', 'AGG-01', 'AGG-06')
  WHERE h.step IN ('aggregated', 'disaggregated') AND h.parent IS NOT NULL)
SELECT count(*), min(s.at_utc) FROM named n JOIN line_state s ON s.subject = n.subject
WHERE s.level IN ('case', 'pallet') AND n.subject NOT IN (SELECT box FROM touched)
"""


def partial(facts: Facts) -> Iterator[Hypothesis]:
    """A container that is not full and is recorded as full."""
    if not facts.has("AGG-02"):
        return
    count, began = facts.row(_SHORT)
    if count:
        confidence = 0.85 if count <= 3 else 0.6
        yield Hypothesis("partial_recorded_full", "METHOD", facts.lot, confidence, f"{count} containers hold another number than their record says.",
                         "Look where they stand in the lot: at its end or after a stop.", ("AGG-02",), moment(began))  # fmt: skip


_REBUILT = """
SELECT count(*), min(e.at_utc) FROM (SELECT DISTINCT subject FROM found WHERE code = 'AGG-12' AND lot = $lot) f
JOIN obs e ON e.subject = f.subject AND e.kind = 'inventory' AND e.parent IS NOT NULL
"""


def rebuilt(facts: Facts) -> Iterator[Hypothesis]:
    """Cases are right, pallets are not."""
    if facts.has("AGG-12"):
        count, began = facts.row(_REBUILT)
        if count:
            yield Hypothesis("unrecorded_pallet_rebuild", "MAN", facts.lot, 0.85, f"{count} cases stand on another pallet than recorded.",
                             "Open none: the cases themselves must be right.", ("AGG-12",), moment(began))  # fmt: skip


SIGNATURES = (shifted, swapped, substituted, samples, partial, rebuilt)
