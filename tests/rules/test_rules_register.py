"""The register: codes, files and words of the rules agree, and their SQL is one SELECT with the columns of a proof."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rules_story import build, written

from lotproof import rules
from lotproof.lake.engine import connect
from lotproof.lake.resolve import resolve
from lotproof.rules.context import prepare
from lotproof.rules.mappings import MAPS
from lotproof.rules.register import RULE_SET, RULES
from lotproof.rules.rule import Rule

ROOM = Path(rules.__file__).parent
SIX_M = {"MATERIALS", "METHOD", "MACHINE", "MAN", "MEASUREMENT", "ENVIRONMENT"}
every_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=code) for code, rule in RULES.items()])


def test_every_file_of_a_rule_is_registered_under_the_code_of_its_name() -> None:
    files = {path.stem: path for path in ROOM.glob("*/*_[0-9][0-9].py")}
    assert set(files) == {code.lower().replace("-", "_") for code in RULES}
    for stem, path in files.items():
        assert path.parent.name.rstrip("_") == stem.split("_")[0]


def test_the_register_is_read_only_and_has_a_version() -> None:
    assert re.fullmatch(r"20\d\d\.\d\d", RULE_SET)
    with pytest.raises(TypeError):
        RULES["XXX-01"] = RULES["SN-01"]  # type: ignore[index]


@every_rule
def test_a_rule_stands_under_its_own_code(rule: Rule) -> None:
    assert RULES[rule.code] is rule
    assert re.fullmatch(r"[A-Z]{2,3}-\d\d", rule.code)


@every_rule
def test_a_rule_speaks_the_words_of_the_catalogues(rule: Rule) -> None:
    assert rule.six_m in SIX_M
    for catalogue in MAPS.values():
        assert set(catalogue.of(rule)) <= set(catalogue.words)


@every_rule
def test_title_sentence_and_hint_are_for_a_person(rule: Rule) -> None:
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    assert not rule.sentence.endswith(".")
    assert rule.hint.endswith(".")
    assert rule.sentence.format(count="7", lot="L1", gtin="", note="x")
    assert rule.whole_site or "{lot}" in rule.sentence


@every_rule
def test_the_module_says_code_and_meaning(rule: Rule) -> None:
    (path,) = ROOM.glob(f"*/{rule.code.lower().replace('-', '_')}.py")
    assert path.read_text(encoding="utf-8").startswith(f'"""{rule.code}: ')


def test_every_select_has_the_columns_of_a_proof_and_changes_nothing(tmp_path: Path) -> None:
    lake, sources = build(tmp_path, written({"rows": ["made A1 > C-1"]}, "L1"))
    connection = connect(tmp_path / "spill", threads=1)
    prepare(connection, resolve(connection, lake, sources).partitions[0])
    for rule in RULES.values():
        names = [name for name, *_ in connection.execute(f"DESCRIBE ({rule.sql})").fetchall()]
        assert names[:6] == ["lot", "gtin", "item", "note", "source", "position"], rule.code
        assert names[6:] in ([], ["severity"]), rule.code
