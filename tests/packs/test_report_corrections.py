"""Section 7 shows the nine equations, section 10 the register of corrections and the error declarations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from report_sample import LINE, a_balance, sample

from lotproof.packs.report.html import write_html
from lotproof.packs.report.typst import write_pdf
from lotproof.packs.report.values import ReportValues
from lotproof.rules.corrections import Correction, Declaration
from lotproof.rules.equations import Equation, Residue, Term

CHANGE = Correction("B7-2231", "(01)09506000134352(21)SN00001", "line", "state", "commissioned", "destroyed", LINE, 2, LINE, 9, None)
DECLARED = Declaration("urn:uuid:1", "2026-03-03T07:00:00Z", "incorrect_data", 2, "B7-2231", "hub/a.xml", 77, ("hub/b.xml:12",), ("urn:uuid:2",), ("urn:uuid:9",))
OPEN = Equation(3, "product layer", "unit", Term("C", "commissioned", 3), (Term("G", "good", 2),), (Residue("O: orphans, in no container", 1, ("x",)),), -1, 1)
UNDECIDED = Equation(7, "label material", "unit", Term("LI", "labels issued", 0), (), (), 0, 0, "no record of labels issued delivered")


def values() -> ReportValues:
    explained = replace(CHANGE, field="expiry", explained="deviation D-7 (qa/d.csv:4)")
    return sample(corrections=(explained, CHANGE), declarations=(DECLARED,), balances=(replace(a_balance(), equations=(OPEN, UNDECIDED)),))


def pages(tmp_path: Path, shown: ReportValues) -> str:
    write_html(shown, tmp_path / "html")
    return "".join(page.read_text(encoding="utf-8") for page in sorted((tmp_path / "html").rglob("*.html")))


def test_the_register_shows_the_unexplained_first_and_what_dangles(tmp_path: Path) -> None:
    text = pages(tmp_path, values())
    assert 0 < text.index("nothing (INT-03)") < text.index("deviation D-7 (qa/d.csv:4)")
    assert all(part in text for part in ("Changes between two deliveries of the same facts", "urn:uuid:9", "hub/b.xml:12", "incorrect_data"))


def test_the_equations_show_their_terms_and_what_does_not_fit(tmp_path: Path) -> None:
    text = pages(tmp_path, values())
    assert "C 3 commissioned = G 2 good" in text
    assert "O: orphans, in no container: 1" in text
    assert text.index("3 product layer") < text.index("7 label material")
    assert "no record of labels issued delivered" in text


def test_nothing_to_correct_is_a_sentence(tmp_path: Path) -> None:
    text = pages(tmp_path, sample())
    assert "No two deliveries of one system state different values" in text
    assert "No event was declared an error." in text


def test_the_pdf_takes_them_too(tmp_path: Path) -> None:
    write_pdf(values(), tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
