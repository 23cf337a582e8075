"""The HTML report: every link resolves, nothing is fetched, nothing in the data becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from report_sample import CAMERA, LINE, SHA, a_dossier, a_finding, a_why, hostile, item, sample

from lotproof.causes.check import check
from lotproof.intake.receipt import Receipt
from lotproof.packs.report.html import write_html
from lotproof.packs.report.values import Place
from lotproof.rules.finding import Proof

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """Keeps the elements of a page and complains about what is not nested."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert reader.open == []
    return reader


def written(values, tmp_path: Path) -> dict[str, Reader]:
    target = tmp_path / "data" / "html"
    write_html(values, target)
    return {path.name: read(path) for path in sorted(target.glob("*.html"))}


@pytest.fixture
def pages(tmp_path):
    return written(sample(), tmp_path)


def attributes(page: Reader, name: str) -> list[str]:
    return [attrs[name] or "" for _, attrs in page.elements if name in attrs]


def text_of(page: Reader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.texts))


def known_files(values) -> set[str]:
    """Files that the rest of a pack holds below data/."""
    lists = {path for paths in values.class_lists.values() for path in paths.values()}
    fixed = {
        "findings.json",
        "kpis.json",
        "causes.json",
        "history.json",
        "diagnosis.json",
        "suspects.json",
        "scope.json",
        "reconciliation.json",
        "statements.json",
        "sources.json",
        "run.json",
        "audit/audit.ndjson",
        "ledger/checkpoint",
    }
    containers = {f"aggregation/{path.split('/')[1]}.csv" for path in lists}
    return fixed | lists | containers | set(values.raw.values()) | {s.list for s in values.statements} | {"report/report.pdf"}


@pytest.mark.parametrize("values", [sample(), hostile()], ids=["small", "hostile"])
def test_every_link_leads_to_a_file_of_the_pack_and_an_anchor_that_is_there(values, tmp_path):
    pages = written(values, tmp_path)
    beyond = known_files(values)
    for name, page in pages.items():
        for href in attributes(page, "href") + attributes(page, "src"):
            parts = urlsplit(href)
            assert not parts.scheme and not parts.netloc and not parts.query, (name, href)
            path = unquote(parts.path) or name
            if path.startswith("../"):
                assert path[3:] in beyond, (name, href)
            else:
                assert (tmp_path / "data" / "html" / path).is_file(), (name, href)
                assert not parts.fragment or parts.fragment in attributes(pages[path], "id"), (name, href)


@pytest.mark.parametrize("values", [sample(), hostile()], ids=["small", "hostile"])
def test_every_page_forbids_all_that_does_not_come_from_its_folder(values, tmp_path):
    for name, page in written(values, tmp_path).items():
        policies = [attrs.get("content") for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"]
        assert policies == [POLICY], name
        tags = [tag for tag, _ in page.elements]
        assert tags.count("script") == 1 and not {"img", "iframe", "object", "form", "style", "base"} & set(tags), name
        assert not any(key.startswith("on") or key == "style" for _, attrs in page.elements for key in attrs), name


def test_every_page_has_landmarks_a_language_a_skip_link_and_one_first_heading(pages):
    for name, page in pages.items():
        tags = [tag for tag, _ in page.elements]
        assert page.elements[0] == ("html", {"lang": "en"}), name
        assert {"header", "nav", "main", "footer", "title"} <= set(tags), name
        assert tags.count("h1") == 1 and "#main" in attributes(page, "href"), name
        assert tags.count("table") == tags.count("caption"), name
        assert all("scope" in attrs for tag, attrs in page.elements if tag == "th"), name
        assert all(attrs.get("aria-label") or attrs.get("aria-labelledby") for tag, attrs in page.elements if tag == "svg"), name


def test_no_id_stands_twice_on_a_page(pages):
    for name, page in pages.items():
        ids = attributes(page, "id")
        assert len(ids) == len(set(ids)), name


def test_there_is_a_page_for_each_of_the_28_sections(pages):
    assert {f"s{number:02}.html" for number in range(28)} <= set(pages)
    assert "The steps are those of an ordinary packaging line" in text_of(pages["s11.html"])


def test_page_one_answers_the_five_questions_and_says_what_is_not_recorded(pages):
    text = text_of(pages["index.html"])
    questions = ("What happened, when, who found it?", "how do you know that is all?", "Where is the product now", "Why, and what evidence")
    for question in (*questions, "how will you know that it works?"):
        assert question in text
    assert "3 packs of lot B7-2231 are not in the hub" in text
    assert "Table of contents" in text


def test_a_number_links_to_its_list_and_names_its_ledger_entry(pages):
    numbers = [attrs for _, attrs in pages["s04.html"].elements if attrs.get("class") == "num"]
    assert {"class": "num", "href": "../findings/SN-01-B7-2231-09506000134352.csv", "title": "ledger entry 17"} in numbers
    classes = [attrs for _, attrs in pages["s07.html"].elements if attrs.get("class") == "num"]
    assert {"class": "num", "href": "../reconciliation/B7-2231/unaccounted.csv", "title": "ledger entry 18"} in classes


def test_a_number_whose_statement_says_otherwise_is_not_bound_to_it(tmp_path):
    values = sample()
    wrong = [s if not s.id.startswith("finding/SN-01") else type(s)(s.id, s.text, 99, s.list, s.index) for s in values.statements]
    page = written(sample(statements=wrong), tmp_path)["s04.html"]
    hrefs = [attrs["href"] for _, attrs in page.elements if attrs.get("class") == "num"]
    assert "../findings/SN-01-B7-2231-09506000134352.csv" not in hrefs


def test_a_row_of_a_finding_leads_to_the_life_of_its_item_and_to_its_line(pages):
    hrefs = attributes(pages["f-0001.html"], "href")
    assert "d-0001.html#d1" in hrefs and "p-0002.html#L2" in hrefs
    assert item(0) in text_of(pages["d-0001.html"])
    assert f"{item(0)};Good;B7-2231" in text_of(pages["p-0002.html"])
    assert "../raw/line/export%20B7.csv" in attributes(pages["p-0002.html"], "href")


def test_a_row_without_a_copied_line_leads_to_the_original(tmp_path):
    page = written(sample(places=()), tmp_path)["f-0001.html"]
    assert "../raw/line/export%20B7.csv" in attributes(page, "href")


def test_a_long_finding_is_cut_into_pages_and_refers_to_its_list(tmp_path):
    pages = written(sample(findings=(a_finding(items=100_000),)), tmp_path)
    parts = sorted(name for name in pages if name.startswith("f-0001"))
    assert len(parts) == 10
    text = text_of(pages["f-0001-10.html"])
    assert "Shown are the first 10,000 of 100,000 rows; the whole list is in findings/SN-01-B7-2231-09506000134352.csv ." in text
    assert sum(tag == "tr" for tag, _ in pages["f-0001-10.html"].elements) == 1_001


def test_the_index_of_dossiers_has_pages_of_200(tmp_path):
    pages = written(sample(dossiers=tuple(a_dossier(n) for n in range(450))), tmp_path)
    assert [sum(tag == "tr" for tag, _ in pages[name].elements) - 1 for name in ("s26.html", "s26-2.html", "s26-3.html")] == [200, 200, 50]
    assert "d-0023.html" in pages and "d-0024.html" not in pages


def test_lines_of_one_source_are_cut_into_pages_with_anchors(tmp_path):
    pages = written(sample(places=tuple(Place(CAMERA, n, f"line {n}") for n in range(1, 2_501))), tmp_path)
    assert "L2500" in attributes(pages["p-0001-3.html"], "id")
    assert "p-0001-3.html" in attributes(pages["p-0001.html"], "href")


def test_hostile_text_is_shown_and_never_obeyed(tmp_path):
    pages = written(hostile(), tmp_path)
    everything = "\n".join((tmp_path / "data" / "html" / name).read_text(encoding="utf-8") for name in pages)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", everything)
    text = text_of(pages["s04.html"])
    for shown in ("<script>alert(1)</script>", '#import "@preview/x:1.0.0"', "{{ 7 * 7 }}", "abc⟨U+202E⟩dcba", "中文批次", "مرحبا",
                  "⟨NUL⟩⟨BEL⟩⟨GS⟩⟨ESC⟩[31m⟨CR⟩⟨LF⟩⟨TAB⟩", "⟨U+D800⟩lone", "⟨U+27E8⟩GS⟩"):  # fmt: skip
        assert shown in text
    assert "W" * 600 + " … and 9,400 more characters" in text
    assert "W" * 601 not in everything


def test_the_same_values_give_the_same_bytes(tmp_path):
    write_html(sample(), tmp_path / "one")
    write_html(sample(), tmp_path / "two")
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert {"report.css", "filter.js", "index.html"} <= set(first)


def test_no_asset_refers_to_a_network(pages, tmp_path):
    for name in ("report.css", "filter.js"):
        text = (tmp_path / "data" / "html" / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|@import|url\(|fetch|XMLHttp|innerHTML|eval", text)


def test_a_pack_without_anything_still_has_all_its_pages(tmp_path):
    pages = written(sample(findings=(), balances=(), lots=(), dossiers=(), places=(), audit=(), receipts=(), raw={}, zone=None), tmp_path)
    assert len(pages) == 29
    assert "No rule found anything." in text_of(pages["index.html"])
    assert "no lot equation can be made. The owner of the number pool would supply them." in text_of(pages["s07.html"])
    assert "missing" in text_of(pages["s24.html"])


def test_section_10_says_where_row_counts_do_not_add_up(tmp_path):
    receipts = (Receipt(LINE, SHA[LINE], 10, "line", rows=10, stored=7, quarantined=1, no_data=1),)
    page = written(sample(receipts=receipts), tmp_path)["s10.html"]
    assert "no, 9" in text_of(page)


def test_section_2_names_what_was_not_delivered(pages):
    text = text_of(pages["s02.html"])
    assert "No numbers received for an order: without them no lot equation can be made." in text
    assert "No camera or verification log" not in text
    assert "line/export B7.csv: 2 rows could not be read and are in quarantine." in text


def test_section_24_counts_the_sections_by_state(pages):
    text = text_of(pages["s24.html"])
    assert "Filled 8 of 28" in text and "Partly filled 11 of 28" in text and "Missing 9 of 28" in text


def test_section_12_places_a_finding_by_the_time_in_a_dossier(tmp_path):
    at_camera = a_finding(proofs=(Proof(item(0), "read twice", SHA[CAMERA], CAMERA, 7),))
    text = text_of(written(sample(findings=(at_camera,)), tmp_path)["s12.html"])
    assert "2026-03-02T08:00:00.250Z first row of SN-01 that a dossier places in time" in text


def test_a_finding_that_names_fewer_items_than_it_counts_says_so(tmp_path):
    page = written(sample(findings=(a_finding(count=250_000),)), tmp_path)["f-0001.html"]
    assert "ends after 3 items, the count does not." in text_of(page)


def test_page_one_says_when_no_searched_lot_is_clean(tmp_path):
    both = (a_finding(), a_finding(lot="B7-2232"))
    assert "No other lot is known. The search covered" in text_of(written(sample(findings=both), tmp_path)["index.html"])


def test_without_findings_on_containers_the_light_still_says_that_nobody_looked_inside(tmp_path):
    assert "no finding, by the records alone" in text_of(written(sample(findings=()), tmp_path)["index.html"])


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours #rrggbb (WCAG 2.2, 1.4.3)."""
    lights = []
    for colour in (first, second):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_texts_have_the_contrast_of_level_aa_in_light_and_dark(pages, tmp_path):
    sheet = (tmp_path / "data" / "html" / "report.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in sheet.split("@layer base {")[0].split("prefers-color-scheme: dark")
    )
    for tokens in (light, {**light, **dark}):
        pairs = [(text, back) for text in ("ink", "soft", "link") for back in ("page", "card", "tint")]
        pairs += [(kind, f"{kind}-back") for kind in ("act", "watch", "clear", "none")] + [
            (kind, "card") for kind in ("act", "watch", "clear", "none")
        ]
        low = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in [*pairs, ("ink", "watch-back"), ("ink", "none-back")]}
        assert min(low.values()) >= 4.5, low
        bars = {name: contrast("#ffffff", tokens[f"c-{name}"]) for name in ("good", "unaccounted", "destroyed")}
        assert min(bars.values()) >= 4.5, bars


def test_section_15_says_what_people_found_and_what_excludes_the_rest(tmp_path):
    text = text_of(written(sample(), tmp_path)["s15.html"])
    assert "Tool: fishbone. Four areas fit." in text
    assert "Root cause, read back to the problem" in text and "therefore: The queue was one place off" in text
    assert "Causes excluded, and by what" in text and "entry 21" in text
    assert "1 root cause with evidence" in text_of(written(sample(), tmp_path / "again")["s01.html"])


def test_section_15_lists_what_keeps_the_causes_from_standing(tmp_path):
    why = a_why()
    graph = replace(why.graph, causes=tuple(replace(one, evidence=()) for one in why.graph.causes))
    text = text_of(written(sample(why=replace(why, graph=graph, problems=check(graph))), tmp_path)["s15.html"])
    assert "What keeps these causes from standing" in text
    assert "It is called supported, and no evidence speaks for it." in text


def test_without_a_file_of_causes_section_15_says_that_a_person_has_to_decide(tmp_path):
    pages = written(sample(why=None), tmp_path)
    assert "they need the decision of a person" in text_of(pages["s15.html"])
    assert "causes.json" not in text_of(pages["s27.html"])


def test_section_11_places_findings_at_the_steps(pages):
    text = text_of(pages["s11.html"])
    assert "Report to the hub" in text and "SN-01 (1)" in text and "AGG-01 (1)" in text
