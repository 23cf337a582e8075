"""What holds for any file: nothing is lost from the count, and the dialect of a table does not change what it says."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from intake_helper import Taken, take_texts

EXAMPLES = int(os.environ.get("LOTPROOF_EXAMPLES", "20"))
thorough = settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 20, suppress_health_check=list(HealthCheck))

PIECES = st.sampled_from([
    "SerialNumber", "Level", "Status", "PackTime", "ParentSSCC", "Lot", "GTIN", "EA", "CSE", "Good", "Rejected", "A1", "A2", "004012345000000012",
    "04012345678901", "2026-03-01 10:00", "02/03/2026", "1,234", "1.5", "\x1d", "]d2", "(01)", "Total", "#", "[[file]]\n", "match = \"*\"\n",
    "zone = ", "Time zone: ", "UTC", "Plant time zone: UTC\n", "{", "}", "<", ">", "\0", "\ufeff", "ü", "\u2028", "\x85", "'", '""', "= ",
    "d41d8cd98f00b204e9800998ecf8427e  x\n", "Result", "Timestamp", "Serial",
])  # fmt: skip
MARKS = st.sampled_from([";", ";", ";", ",", "\t", "|", "\n", "\n", "\r\n", "\r", '"', " "])
SCRAPS = st.lists(st.one_of(PIECES, MARKS, st.text(max_size=6)), max_size=60).map("".join)
HEADED = st.builds(lambda rest: "SerialNumber;Level;Status;PackTime\n" + rest, SCRAPS)
TEXTS = st.builds(
    lambda text, encoding: text.encode(encoding, errors="replace"), st.one_of(SCRAPS, HEADED), st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-16-le"])
)


@contextmanager
def taken(**files: bytes) -> Iterator[Taken]:
    """Take the contents in; the helper holds every receipt against its segments."""
    with tempfile.TemporaryDirectory(prefix="lotproof-") as folder:
        yield take_texts(Path(folder), files, zone="Europe/Berlin")


@thorough
@given(st.one_of(st.binary(max_size=400), TEXTS))
@example(b"\xef\xbb\xbf;")
@example(b'SerialNumber;Level;Status\n"')
@example("SerialNumber;Level;Status\nA1;EA;Good\n".encode("utf-16-le")[:-1])
def test_every_row_of_any_bytes_is_stored_quarantined_or_no_data(content: bytes) -> None:
    with taken(x=content) as found:
        receipt = found.only
        assert receipt.rows == receipt.stored + receipt.quarantined + receipt.no_data
        assert len(receipt.problems) <= 30


@thorough
@given(st.lists(TEXTS, min_size=2, max_size=4, unique=True))
def test_a_delivery_of_any_texts_has_a_receipt_for_each(contents: list[bytes]) -> None:
    files = {f"f{number}": content for number, content in enumerate(contents)}
    with taken(**files) as found:
        assert [receipt.name for receipt in found.receipts] == sorted(files)


SERIALS = st.text(st.sampled_from("ABCXYZabcxyz0123456789-_./+*&"), min_size=1, max_size=20).filter(lambda text: not text.startswith(("---", "***", "00", "01")))
ROW = st.tuples(SERIALS, st.sampled_from(["Good", "Rejected", "Sampled"]), st.integers(0, 10**6), st.sampled_from(["", "torn", "naß, ganz; sehr\twirklich | ja", 'a "b"', "zwei\nZeilen"]))
STEPS = {"Good": "commissioned", "Rejected": "label_scrapped", "Sampled": "sampled"}
START = datetime(2026, 3, 14, 6, tzinfo=UTC)
HEADERS = {
    "en": ["SerialNumber", "Level", "Status", "PackTime", "RejectReason"],
    "de": ["Seriennummer", "Ebene", "Zustand", "Packzeit", "Ausschussgrund"],
    "other": ["SN", "UOM", "State", "Packed At", "Reason"],
}
FORMS = {
    "iso": ("%Y-%m-%dT%H:%M:%SZ", None),
    "space": ("%Y-%m-%d %H:%M:%S", "Time zone: UTC"),
    "points": ("%d.%m.%Y %H:%M:%S", "Zeitzone;UTC"),
    "american": ("%m/%d/%Y %I:%M:%S %p", "Time zone: UTC"),
    "compact": ("%Y%m%d%H%M%S", "Zeitzone: Z"),
}


def written(rows: Sequence[Sequence[object]], language: str, form: str, separator: str, encoding: str, end: str, order: Sequence[int], quote: int) -> bytes:
    pattern, preamble = FORMS[form]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=end, quoting=quote)  # type: ignore[arg-type]
    if preamble:
        stream.write(preamble + end)
    writer.writerow([HEADERS[language][index] for index in order])
    for serial, status, seconds, reason in rows:
        cells = [serial, "EA", status, (START + timedelta(seconds=int(str(seconds)))).strftime(pattern), reason]
        writer.writerow([cells[index] for index in order])
    return stream.getvalue().encode(encoding)


@thorough
@given(
    st.lists(ROW, min_size=3, max_size=8, unique_by=lambda row: row[0]), st.sampled_from(list(HEADERS)), st.sampled_from(list(FORMS)),
    st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]), st.sampled_from(["\n", "\r\n"]),
    st.permutations(range(5)), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)  # fmt: skip
def test_a_table_reads_back_the_same_from_each_dialect(
    rows: list[tuple[str, str, int, str]], language: str, form: str, separator: str, encoding: str, end: str, order: list[int], quote: int
) -> None:
    content = written(rows, language, form, separator, encoding, end, order, quote)
    expected = [
        (serial, STEPS[status], START.replace(tzinfo=None) + timedelta(seconds=seconds), reason or None) for serial, status, seconds, reason in rows
    ]
    with taken(x=content) as found:
        assert (found.only.kind, found.only.problems, found.only.quarantined) == ("line", (), 0)
        assert found.rows("observation", "serial step at_utc reason") == expected
