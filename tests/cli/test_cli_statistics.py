"""lotproof chart, alarms, sample, measure, effectiveness: contracts of their JSON, exit codes, and what they say of bad input."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lotproof.cli.main import main

CANS = ["12", "15", "8", "10", "4", "7", "16", "9", "14", "10", "5", "6", "17", "12", "22", "8", "10", "5", "13", "11", "20", "18", "24", "15", "9", "12", "7", "13", "9", "6"]


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def document(*arguments: object, code: int = 0) -> Any:
    result = invoke(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def sentence(*arguments: object) -> str:
    result = invoke(*arguments)
    assert result.exit_code == 2, result.output
    return result.stderr.strip().splitlines()[-1]


@pytest.fixture
def cans(tmp_path: Path) -> Path:
    return write(tmp_path / "cans.csv", "time,count,size\n" + "".join(f"2026-01-{day + 1:02},{count},50\n" for day, count in enumerate(CANS)))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_chart_as_json_has_one_limit_a_point(cans: Path) -> None:
    told = document("chart", "p", cans)
    assert told["center"] == pytest.approx(347 / 1500)
    assert len(told["lower"]) == len(told["upper"]) == len(told["points"]) == 30
    assert told["upper"][0] == pytest.approx(0.410239118595)
    assert [(signal["index"], signal["rule"], signal["label"]) for signal in told["signals"]][:2] == [(15, "1", "2026-01-15"), (22, "2", "2026-01-22")]
    assert told["dispersion"]["proposed"] == "laney-p"
    assert told["run_length"]["in_control"] == pytest.approx(91.75, abs=0.005)


@pytest.mark.parametrize(
    ("kind", "header", "rows"),
    [
        ("np", "count,size", ["3,50", "4,50", "2,50"]), ("u", "count,size", ["3,50", "4,60", "2,50"]), ("c", "count", ["3", "4", "2"]),
        ("p'", "count,size", ["3,50", "4,60", "2,50"]), ("laney-u", "count,size", ["3,50", "4,60", "2,50"]), ("g", "value", ["3", "4", "20"]),
        ("t", "value", ["3.5", "4", "20"]), ("i-mr", "value", ["3", "4", "2"]), ("xbar-r", "a,b", ["3,4", "4,6", "2,5"]),
        ("xbar-s", "label,a,b,c", ["x,3,4,", "y,4,6,5", "z,2,5,4"]), ("ewma", "value", ["3", "4", "2"]), ("cusum", "a,b", ["3,4", "4,6", "2,5"]),
        ("short-run", "part,value", ["a,3", "a,4", "b,2", "b,8"]), ("dnom", "value,target", ["3,3", "4,3", "2,3"]),
        ("z-p", "count,size,part", ["3,50,a", "4,60,b", "2,50,a"]),
    ],
)  # fmt: skip
def test_every_kind_gives_a_document_and_a_drawing(kind: str, header: str, rows: list[str], tmp_path: Path) -> None:
    file = write(tmp_path / "points.csv", "\n".join([header, *rows]) + "\n")
    told = document("chart", kind, file, "--svg", tmp_path / "chart.svg")
    assert len(told["points"]) == len(rows)
    assert told["warnings"][-1] == f"The limits come from {len(rows)} points; below 20 they are provisional."
    drawn = ET.parse(tmp_path / "chart.svg").getroot()
    assert drawn.tag.endswith("svg")
    assert [child.tag.rpartition("}")[2] for child in drawn[:2]] == ["title", "desc"]
    invoke("chart", kind, file, "--svg", tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "chart.svg").read_bytes()


def test_columns_of_other_names_and_decimal_commas(tmp_path: Path) -> None:
    file = write(tmp_path / "werte.csv", "\ufeffTag;Kontrast\nMo;0,71\nDi;0,73\nMi;0,70\n")
    told = document("chart", "i-mr", file, "--value", "kontrast", "--label", "Tag")
    assert told["points"] == [0.71, 0.73, 0.70]
    assert told["labels"] == ["Mo", "Di", "Mi"]


def test_limits_are_saved_approved_and_judge_later_points(cans: Path, tmp_path: Path) -> None:
    limits = tmp_path / "limits.json"
    common = ("--save-limits", limits, "--approved-by", "QA", "--name", "cans")
    left = ("--leave-out", "2026-01-15=new resin", "--leave-out", "2026-01-23=new operator")
    assert invoke("chart", "p", cans, *left, *common, "--effective", "2026-01-01").exit_code == 0
    told = document("chart", "p", cans, "--phase", 2, "--limits", limits)
    assert (told["phase"], told["center"]) == (2, pytest.approx(0.215))
    assert invoke("chart", "p", cans, *common, "--effective", "2026-01-20", "--change", "CC-7").exit_code == 0
    kept = json.loads(limits.read_text())
    assert [one["supersedes"] for one in kept] == ["", kept[0]["name"]]
    assert [one["reason"] for one in kept[0]["exclusions"]] == ["new resin", "new operator"]
    staged = document("chart", "p", cans, "--limits", limits)
    assert [stage["first"] for stage in staged["stages"]] == [1, 20]
    assert staged["centers"][0] == pytest.approx(0.215)
    assert invoke("chart", "p", cans, "--limits", limits, "--fail-on-signal").exit_code == 1
    kept[0]["width"] = 2
    limits.write_text(json.dumps(kept))
    assert "does not say what it said when it was named: it was changed." in sentence("chart", "p", cans, "--limits", limits)


def test_stages_and_capability(tmp_path: Path) -> None:
    rows = "".join(f"{stage},{10 + shift + (at % 3) / 10}\n" for stage, shift in (("old", 0), ("new", 5)) for at in range(12))
    file = write(tmp_path / "v.csv", "stage,value\n" + rows)
    told = document("chart", "i-mr", file, "--rules", "limits", "--lower-spec", 5, "--upper-spec", 20)
    assert [stage["first"] for stage in told["stages"]] == [1, 13]
    assert not told["signals"]
    assert told["capability"]["cp"] > 1
    assert told["panels"][1]["points"][12] is None


@pytest.mark.parametrize(
    ("arguments", "text", "expected"),
    [
        (("chart", "p"), "count,size\n3,50\nx,50\n", 'Error: f.csv, line 3, column "count": "x" is no number; mend the cell or leave the row out.'),
        (("chart", "p"), "count,size\n3,50\n\n4,\n", 'Error: f.csv, line 4, column "size": the cell is empty; mend the cell or leave the row out.'),
        (("chart", "p"), "count,size\n3,50,1\n", "Error: f.csv, line 2: 3 cells, but the header has 2 columns; mend the line."),
        (("chart", "p"), "n,size\n3,50\n", 'Error: A chart p needs a column "count"; f.csv has n, size. Name the right one with --count.'),
        (("chart", "p"), "count,Count\n3,50\n", 'Error: f.csv, line 1: the column "Count" is there twice; give each column a name of its own.'),
        (("chart", "p"), "count,size\n", "Error: f.csv has no rows; it needs a line with the names of columns and one line a point."),
        (("chart", "p"), "", "Error: f.csv has no rows; it needs a line with the names of columns and one line a point."),
        (("chart", "p", "--size", "units"), "count,size\n1,2\n", 'Error: f.csv has no column "units"; it has count, size.'),
        (("chart", "p", "--rules", "mine"), "count,size\n1,2\n", 'Error: There is no rule set "mine"; known are limits, western-electric, nelson, aiag, montgomery.'),
        (("chart", "p", "--k", "1"), "count,size\n1,2\n", "Error: A chart p has no --k; that belongs to cusum."),
        (("chart", "p", "--leave-out", "1"), "count,size\n1,2\n", 'Error: --leave-out "1": a point is left out for a cause that was found; write POINT=REASON.'),
        (("chart", "p", "--leave-out", "9=x"), "count,size\n1,2\n", 'Error: There is no point "9" to leave out; points are named 1 to 1.'),
        (("chart", "p", "--phase", "2"), "count,size\n1,2\n", "Error: Phase 2 judges by frozen limits: name their file with --limits; phase 1 makes limits and takes none."),
        (("measure", "gauge"), "part,operator,value\n1,A,?\n", 'Error: f.csv, line 2, column "value": "?" is no number; mend the cell or leave the row out.'),
        (("measure", "due", "--today", "2026-03-09"), "instrument,calibrated,days\nV,1.2.26,365\n", 'Error: f.csv, line 2, column "calibrated": "1.2.26" is no day; write 2026-03-09.'),
    ],
)  # fmt: skip
def test_bad_tables_get_a_sentence(arguments: tuple[str, ...], text: str, expected: str, tmp_path: Path) -> None:
    file = write(tmp_path / "f.csv", text)
    assert sentence(*arguments[:2], file, *arguments[2:]) == expected


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"count,size\n\xff\xfe,3\n")
    assert sentence("chart", "p", tmp_path / "f.csv") == "Error: f.csv is no UTF-8 text; save it as CSV in UTF-8."


def test_alarms() -> None:
    told = document("alarms", "--charts", 100)
    assert told["run_length_by_shift"]["0"] == pytest.approx(91.75, abs=0.005)
    assert round(told["false_signals_a_day"]) == 26
    made_up = document("alarms", "--rules", "nelson", "--seed", 3)
    assert not made_up["exact"]
    assert made_up["standard_error"]["0"] > 0
    assert made_up == document("alarms", "--rules", "nelson", "--seed", 3)


def test_plans() -> None:
    told = document("sample", "plan", "--lot-size", 1200, "--aql", "1.0", "--level", "II", "--severity", "normal")
    assert (told["code_letter"], told["n"], told["accept"], told["reject"]) == ("J", 80, 2, 3)
    exact = document("sample", "plan", "--lot-size", 50, "--max-rate", 0.1, "--confidence", 0.9)
    assert (exact["n"], exact["accept"]) == (18, 0)
    small = document("sample", "plan", "--lot-size", 10, "--aql", "0.65")
    assert (small["n"], small["whole_lot"]) == (10, True)
    points = document("sample", "plan", "--good", 0.05, "--bad", 0.15, "--consumer-risk", 0.075, "--curve")
    assert (points["n"], points["accept"]) == (80, 7)
    assert points["curve"][0]["accepted"] == 1.0
    assert sentence("sample", "plan", "--aql", "1.0") == "Error: A plan by --aql needs --lot-size."
    assert sentence("sample", "plan").startswith("Error: Say which plan: --aql (tables), --max-rate (a lot), or --good and --bad")


def test_a_curve_is_drawn(tmp_path: Path) -> None:
    assert invoke("sample", "plan", "--lot-size", 1200, "--max-rate", 0.05, "--svg", tmp_path / "oc.svg").exit_code == 0
    assert "Sample of 57, accepted with 0 wrong at most" in (tmp_path / "oc.svg").read_text()


def test_select_and_evaluate(tmp_path: Path) -> None:
    units = write(tmp_path / "units.csv", "sscc\n" + "".join(f"case {at:04}\n" for at in range(1200)))
    selection = tmp_path / "selection.json"
    chosen = document("sample", "select", units, "--n", 60, "--seed", "s")
    selection.write_text(json.dumps(chosen))
    good = write(tmp_path / "good.csv", "unit,result\n" + "".join(f"{unit},OK\n" for unit in chosen["units"]))
    told = document("sample", "evaluate", selection, good, "--list", units, "--noun", "cases")
    assert (told["verdict"], told["replayed"]) == ("accepted", True)
    assert told["shown"]["sentence"] == "0 wrong in 60 cases of 1,200: at most 4.9 % at 95 %; of this lot at most 56"
    bad = write(tmp_path / "bad.csv", good.read_text().replace(",OK", ",mixed", 1))
    assert document("sample", "evaluate", selection, bad, code=1)["verdict"] == "rejected"
    short = write(tmp_path / "short.csv", "".join(good.read_text().splitlines(keepends=True)[:-1]))
    assert document("sample", "evaluate", selection, short, code=3)["verdict"] == "unfinished"
    twice = write(tmp_path / "twice.csv", good.read_text() + f"{chosen['units'][0]},ok\n")
    assert sentence("sample", "evaluate", selection, twice) == (
        f"Error: twice.csv, line 62: the unit {chosen['units'][0]} is there twice; keep the first result, a second look does not replace it."
    )
    other = write(tmp_path / "other.csv", units.read_text() + "case 9999\n")
    assert sentence("sample", "evaluate", selection, good, "--list", other) == (
        "Error: other.csv and the seed do not give the units of selection.json: list or selection were changed."
    )
    assert sentence("sample", "evaluate", units, good) == "Error: units.csv is no selection; make one with lotproof sample select --json."


def test_switching_from_a_table(tmp_path: Path) -> None:
    lots = write(tmp_path / "lots.csv", "lot,result\nA,accepted\nB,rejected\nC,accepted\nD,rejected\n")
    told = document("sample", "switch", lots)
    assert (told["next"], told["severity_before_each"]) == ("tightened", ["normal"] * 4)
    assert told["reason"] == "2 of 5 or fewer consecutive lots were not accepted."


def test_studies_and_their_exit_codes(tmp_path: Path) -> None:
    looks = write(tmp_path / "looks.csv", "part,appraiser,answer,standard\n1,A,ok,ok\n1,A,ok,ok\n2,A,ok,ok\n2,A,ok,ok\n")
    told = document("measure", "agreement", looks)
    assert told["appraisers"][0]["fleiss_within"] is None
    assert told["warnings"] == ["All parts have the same standard: kappa is not defined; use AC1, and put parts of the other kind in."]
    challenge = ("measure", "challenge", "--false-accepts", 0, "--false-rejects", 0, "--good", 200, "--bad")
    assert document(*challenge, 59)["holds"]
    assert not document(*challenge, 58, code=1)["holds"]
    table = write(tmp_path / "due.csv", "instrument,calibrated,days\nV-1,2026-01-01,30\nV-2,,30\n")
    found = document("measure", "due", table, "--today", "2026-03-09", code=1)
    assert [one["status"] for one in found["instruments"]] == ["never calibrated", "overdue"]
    scans = write(tmp_path / "scans.csv", "symbol,contrast,decode\nK,0.72,4\nK,0.39,4\n")
    graded = document("measure", "grades", scans)
    assert (graded["symbols"][0]["grade"], graded["below_c"]) == (2.5, 0)


def test_effectiveness_from_declaration_to_verdict(tmp_path: Path) -> None:
    declared = invoke(
        "effectiveness", "declare", "--metric", "no reads", "--baseline-events", 40, "--baseline-opportunities", 100000, "--opportunities", 100000,
        "--owner", "M. Roth", "--now", "2026-03-01T00:00:00Z",
    )  # fmt: skip
    criterion = write(tmp_path / "criterion.json", declared.stdout)
    judge = ("effectiveness", "judge", criterion, "--opportunities", 100000, "--from", "2026-03-10", "--events")
    assert document(*judge, 5)["verdict"] == "effective"
    assert document(*judge, 45, code=1)["verdict"] == "not effective"
    assert document(*judge, 14, code=3)["missing"].startswith("21,551 more packs")
    early = ("effectiveness", "judge", criterion, "--opportunities", 1, "--events", 0, "--from", "2026-02-01")
    assert sentence(*early).endswith("a criterion is declared before its data.")
    write(criterion, declared.stdout.replace('"target": 0.5', '"target": 0.9'))
    assert "criterion.json was changed after it was declared" in sentence(*judge, 5)
