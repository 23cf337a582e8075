"""Similar earlier cases: the same fault of another site is first, and the score says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lotproof.control.similar import Case, case_from, case_of, similar, tokens
from lotproof.diagnosis.diagnose import diagnose
from lotproof.intake.folder import Delivery, intake
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import check
from lotproof.simulate import SiteSpec, iter_files, truth_of
from lotproof.stats.problem import MethodProblem

FAULTS = ("truncated_upload", "shifted_aggregation", "jam_orphans", "print_degradation", "character_transform_yz")


def case(name: str, **told: Any) -> Case:
    return Case(id=name, **told)


def test_rare_codes_weigh_more_than_common_ones() -> None:
    cases = [
        case("common", codes=("SCN-01", "SCN-02")),
        case("rare", codes=("AGG-08",)),
        *(case(f"c{n}", codes=("SCN-01",)) for n in range(8)),
    ]
    found = similar(case("now", codes=("AGG-08", "SCN-01")), cases, 10)
    assert found[0].case.id == "rare" and found[0].codes == ("AGG-08",)
    assert dict(found[0].parts) == {"codes": pytest.approx(found[0].score)}


def test_words_are_explained_and_the_outcome_is_told() -> None:
    cases = [
        case("D-1", text="Upload queue stopped", cause="full disk at the interface", action="monitoring", held=False),
        case("D-2", text="Printer out of ribbon", cause="stock", action="stock raised", held=True),
    ]
    found = similar(case("now", text="the upload queue of the interface stopped again"), cases)
    assert [one.case.id for one in found] == ["D-1"]
    assert {word for word, _ in found[0].words} == {"upload", "queue", "stopped", "interface"}
    assert sum(share for _, share in found[0].words) == pytest.approx(found[0].parts["words"])
    assert found[0].outcome == "cause: full disk at the interface; action: monitoring; the action did not hold"
    assert similar(case("now", text="nothing of it"), cases) == [] == similar(case("now"), [])


def test_an_equal_case_scores_one() -> None:
    mine = case("now", text="shifted labels", codes=("AGG-08",), modes=("shifted_aggregation",), equipment=("printer P2",), product="X")
    assert similar(mine, [case("then", **{name: getattr(mine, name) for name in ("text", "codes", "modes", "equipment", "product")})])[
        0
    ].score == pytest.approx(1)


def test_words_are_words() -> None:
    assert tokens("Etikett verschmiert: Kühlung, lot B7-2231 (01)0951 printers") == ["etikett", "verschmiert", "kuhlung", "printers"]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], 'c.json: a case is an object with an "id"; see docs/kpis.md.'),
        ({"id": "x", "codes": "SN-01"}, 'c.json, field "codes": write a list of texts.'),
        ({"id": "x", "text": 3}, 'c.json, field "text": write a text.'),
        ({"id": "x", "held": "yes"}, 'c.json, field "held": write true, false or null: whether the action held.'),
        ({"id": "x", "colour": "red"}, 'c.json, field "colour": there is no such field; there are id, text'),
    ],
)
def test_a_case_file_that_cannot_be_read(document: Any, sentence: str) -> None:
    with pytest.raises(MethodProblem) as refused:
        case_from(document, "c.json")
    assert str(refused.value).startswith(sentence)


@pytest.mark.slow
def test_the_same_fault_of_another_site_is_first(tmp_path: Path) -> None:
    earlier = [_incident(tmp_path / f"a{n}", fault, 6_000 + n) for n, fault in enumerate(FAULTS)]
    for n, fault in enumerate(FAULTS):
        assert similar(_incident(tmp_path / f"b{n}", fault, 7_000 + n), earlier)[0].case.id == fault


def _incident(root: Path, fault: str, seed: int) -> Case:
    spec = SiteSpec(seed=seed, units=500, faults=(fault,))
    for name, pieces in iter_files(spec):
        (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "site" / name).write_bytes(b"".join(pieces))
    lake = Lake(root / "lake")
    sources = [Source(r.sha256, r.name, r.kind) for r in intake(Delivery(root / "site"), lake) if r.segment]
    outcome = check(lake, sources, root / "spill", explain=diagnose)
    found = case_of(truth_of(spec)["lot"], outcome.findings, outcome.diagnosis)
    return Case(**{**vars(found), "id": fault})
