"""The PDF report: it opens, says what the values say, stays short, and survives what data may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
import typst
from pypdf import PdfReader
from report_sample import HOSTILE, a_balance, a_dossier, a_finding, a_lot, hostile, item, sample

from lotproof.packs.report.typst import STANDARDS, write_pdf
from lotproof.packs.report.words import PRINTED, printed
from lotproof.rules.finding import Proof

MOST_PAGES = 40


def written(values, tmp_path, name="report.pdf") -> PdfReader:
    write_pdf(values, tmp_path / "report" / name)
    return PdfReader(tmp_path / "report" / name)


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, list[str]]:
    """The text of each page of the small report and of that whose every text is hostile: reading a PDF takes longer than writing it."""
    folder = tmp_path_factory.mktemp("pages")
    reports = {"small": sample(), "hostile": hostile()}
    return {name: [page.extract_text() for page in written(values, folder, f"{name}.pdf").pages] for name, values in reports.items()}


def test_the_file_begins_and_ends_as_a_pdf_that_can_be_signed(tmp_path):
    written(sample(), tmp_path)
    content = (tmp_path / "report" / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and content.endswith(b"%%EOF\n")


def test_it_states_that_it_is_pdf_a_2a_and_pdf_ua_1_tagged_in_english_with_a_title(tmp_path):
    reader = written(sample(), tmp_path)
    packet = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in packet and "<pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"].value is True
    assert reader.metadata.title == "Evidence pack EP-2026-0042"
    assert reader.metadata.creation_date.isoformat() == "2026-11-22T13:00:00+00:00"


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_page_one_is_the_summary_and_section_0_begins_page_two(name, pages):
    first, second, *_ = (page.replace("\n", " ") for page in pages[name])
    assert "EP-2026-0042" in first and "What happened, when, who found it?" in first and "Status of each section" in first
    assert "0 · Seal and verification sheet" in second and "0 · Seal and verification sheet" not in first


def test_every_page_carries_the_pack_its_number_and_where_the_hash_is(pages):
    for number, text in enumerate(pages["small"], 1):
        assert "EP-2026-0042" in text and "content SHA-256 in manifest" in text
        assert f"page {number} of {len(pages['small'])}" in text


def test_it_has_the_sections_that_can_be_printed_and_a_number_with_its_entry(tmp_path):
    text = text_of(written(sample(), tmp_path))
    for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 14, 15, 19, 24, 25, 26, 27):
        assert f"{number} · " in text
    assert "1,145 [18]" in text
    assert "(01)09506000134352(21)SN00002" in text


def test_a_long_finding_shows_20_rows_and_names_its_list(tmp_path):
    text = text_of(written(sample(findings=(a_finding(items=300),), dossiers=(), places=()), tmp_path))
    assert item(19) in text and item(20) not in text
    assert "Shown are the first 20 of 300 rows; the whole list is in findings/SN-01-B7-2231-09506000134352.csv" in text


def test_at_most_twelve_lives_are_printed_the_affected_ones_first(tmp_path):
    lives = tuple(a_dossier(n) for n in range(50, 64)) + (a_dossier(1, why="control, drawn at random"),)
    text = text_of(written(sample(dossiers=lives, findings=()), tmp_path))
    assert f"Steps of {item(50)}" in text and f"Steps of {item(61)}" in text
    assert f"Steps of {item(62)}" not in text and f"Steps of {item(1)}" not in text


def test_five_thousand_findings_in_a_thousand_lots_stay_within_forty_pages(tmp_path):
    names = [f"L{n:04}" for n in range(1_000)]
    values = sample(
        findings=tuple(a_finding(lot=names[n % 1_000], items=25) for n in range(5_000)), lots=tuple(a_lot(name) for name in names),
        balances=tuple(a_balance(name) for name in names), audit=sample().audit * 5_000, dossiers=tuple(a_dossier(n) for n in range(220)),
    )  # fmt: skip
    assert 10 < len(written(values, tmp_path).pages) <= MOST_PAGES


def test_words_of_ten_thousand_characters_in_every_place_stay_within_forty_pages(tmp_path):
    word, marks = "W" * 10_000, "\u202e" * 500
    lives = tuple(
        replace(
            a_dossier(n),
            item=f"{n}{word}",
            steps=[{**s, "container": word, "actor": marks, "reason": word} for s in a_dossier(n).steps] * 20,
        )
        for n in range(40)
    )
    values = sample(
        findings=tuple(
            a_finding(lot=f"{n}{word}", sentence=word, hint=marks, gtin=f"{n}", proofs=(Proof(word, marks, "", word,
                4),) * 50) for n in range(60)
        ),
        lots=tuple(a_lot(f"{n}{word}", containers={word: 1, marks: 2}, transforms={word: 1, marks: 2}) for n in range(60)),
        balances=tuple(a_balance(f"{n}{word}") for n in range(60)), dossiers=lives,
        audit=[{**sample().audit[0], "what": word, "actor": marks}] * 300,
        receipts=[replace(sample().receipts[0], name=f"{n}{word}", problems=(word, marks), notes=(word, marks)) for n in range(60)],
    )  # fmt: skip
    assert 10 < len(written(values, tmp_path).pages) <= MOST_PAGES


def test_hostile_text_is_shown_and_never_obeyed(pages):
    text = "".join("\n".join(pages["hostile"]).split())
    for shown in ("<script>alert(1)</script>", '#import"@preview/x:1.0.0"', "{{7*7}}", "$x^2$@ref<lbl>*b*", "abc⟨U+202E⟩dcba",
                  "⟨U+4E2D⟩⟨U+6587⟩⟨U+6279⟩⟨U+6B21⟩", "⟨NUL⟩⟨BEL⟩⟨GS⟩⟨ESC⟩[31m⟨CR⟩⟨LF⟩⟨TAB⟩", "⟨U+D800⟩lone", "⟨U+1F600⟩",
                      "⟨U+27E8⟩GS"):  # fmt: skip
        assert shown in text.replace("\u200b", "")


def test_every_text_that_is_printed_has_a_glyph_in_the_embedded_fonts():
    source = (
        b'#set document(title: "t", date: datetime(year: 2026, month: 1, day: 1))\n#set text(lang: "en")\n#title()\n#text(sys.inputs.all)'
    )
    characters = " ".join(chr(code) for low, high in PRINTED for code in range(low, high + 1)) + " ⟨⟩\u200b"
    content = typst.compile(source, ignore_system_fonts=True, sys_inputs={"all": characters}, pdf_standards=STANDARDS, timestamp=0)
    assert content.startswith(b"%PDF-")


@pytest.mark.parametrize("text", ["Größe Łódź Ωμέγα Серия № €", *HOSTILE], ids=range(len(HOSTILE) + 1))
def test_what_printed_gives_can_always_be_printed(text):
    allowed = {chr(code) for low, high in PRINTED for code in range(low, high + 1)} | {"⟨", "⟩"}
    assert set(printed(text)) <= allowed


def test_latin_greek_and_cyrillic_are_printed_as_they_are():
    assert printed("Größe Łódź Ωμέγα Серия № €") == "Größe Łódź Ωμέγα Серия № €"


def test_the_same_values_give_the_same_bytes(tmp_path):
    written(sample(), tmp_path, "one.pdf")
    written(sample(), tmp_path, "two.pdf")
    assert (tmp_path / "report" / "one.pdf").read_bytes() == (tmp_path / "report" / "two.pdf").read_bytes()


def test_a_pack_without_anything_can_be_printed(tmp_path):
    empty = sample(findings=(), balances=(), lots=(), dossiers=(), places=(), audit=(), receipts=(), raw={}, zone=None)
    assert "No rule found anything." in text_of(written(empty, tmp_path)).replace("\n", " ")


def test_a_pack_without_a_time_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"the report cannot be dated: created is 'soon'; give a UTC time such as 2026-11-22T13:00:00Z"):
        write_pdf(sample(created="soon"), tmp_path / "report.pdf")
