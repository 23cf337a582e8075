"""Delimited text in blocks for Arrow: the plain lines of a file without a Python object for each.

A block is taken only if nothing in it needs a second look: no quotation mark, no blank beside a separator, no empty line, no line
of another shape, no repeated header, no total, nothing of the paper of a printed list. All else goes through the rows, one by
one; both give the same cells (a property test holds them to it).
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from lotproof.intake.text.rows import LINE_LIMIT

BLOCK = 4 << 20
"""Bytes of a block; lines are never cut."""
_ODD = ('"', "\ufffd", "\r", "\0")
_RARE = "\t\x0b\x0c\u00a0"
_BLANK, _END = ord(" "), ord("\n")


class Blocks:
    """Splits blocks of plain lines into columns."""

    def __init__(self, separator: str, header: Sequence[str], is_data: Callable[[Sequence[str]], bool]) -> None:
        """``is_data`` is asked about rows with few cells: totals and page numbers have few."""
        self.separator = separator
        self.names = [f"c{index}" for index in range(len(header))]
        self._is_data = is_data
        self._first = next((cell for cell in header if cell), "#")
        self._behind = (f"{separator}#", f"{separator}{self._first}")

    def table(self, text: str) -> pa.Table | None:
        """Columns c0, c1, … of whole lines, empty cells null; None where the lines must be looked at one by one."""
        if not text.endswith("\n") or not self.separator.isascii() or any(sign in text for sign in _ODD):
            return None
        data = text.encode()
        signs = np.frombuffer(b"\n" + data, np.uint8)
        ends = np.flatnonzero(signs == _END)
        if self._is_odd(text, signs, ends) or int(np.diff(ends).max()) >= LINE_LIMIT - 1:  # bytes: there are fewer characters
            return None
        return self._split(data, len(ends) - 1)

    def _is_odd(self, text: str, signs: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> bool:
        """Whether a cell or a line begins or ends in a way that a plain one does not; ``ends`` are the places of line ends, the first
        before the text."""
        begins = signs[ends[:-1] + 1]
        if np.any(begins == _END) or self._has_blank_edge(signs):
            return True
        for blank in _RARE:
            if blank != self.separator and blank in text:
                beside = (f"\n{blank}", f"{blank}\n", f"{self.separator}{blank}", f"{blank}{self.separator}")
                if any(pair in f"\n{text}" for pair in beside):
                    return True
        if np.any(begins == ord("#")) or (np.any(begins == self._first.encode()[0]) and f"\n{self._first}" in f"\n{text}"):
            return True
        return bool(np.any(begins == ord(self.separator))) and any(needle in text for needle in self._behind)

    def _has_blank_edge(self, signs: npt.NDArray[np.uint8]) -> bool:
        """Whether a blank stands beside a separator or a line end."""
        if self.separator == " ":
            return False
        blanks = np.flatnonzero(signs == _BLANK)
        edge = np.zeros(256, np.bool_)
        edge[[_END, ord(self.separator)]] = True
        return bool(edge[signs[blanks - 1]].any() or edge[signs[blanks + 1]].any())

    def _split(self, data: bytes, lines: int) -> pa.Table | None:
        try:
            table = pc.read_csv(
                pa.BufferReader(data),
                read_options=pc.ReadOptions(column_names=self.names, use_threads=False, block_size=64 << 20),
                parse_options=pc.ParseOptions(delimiter=self.separator, quote_char=False, ignore_empty_lines=False),
                convert_options=pc.ConvertOptions(
                    column_types=dict.fromkeys(self.names, pa.string()), null_values=[""], strings_can_be_null=True
                ),
            )
        except pa.ArrowInvalid:  # a line that lacks cells and another that has too many
            return None
        return table if table.num_rows == lines and self._all_data(table) else None

    def _all_data(self, table: pa.Table) -> bool:
        filled = np.zeros(table.num_rows, np.int32)
        for column in table.columns:
            filled += column.is_valid().to_numpy() if column.null_count else 1
        few = np.flatnonzero(filled <= max(3, (len(self.names) + 1) // 2))
        if len(few) > table.num_rows // 2:
            return False
        rows = table.take(pa.array(few)).to_pylist() if len(few) else []
        return all(self._is_data([cell or "" for cell in row.values()]) for row in rows)


def blocks(path: Path, encoding: str, skip: int) -> Iterator[tuple[int, str]]:
    """(number of the first line, whole lines) of a text behind its first ``skip`` lines; line ends are \\n.

    The last block may end without a line end. Raises nothing for bytes that are no text: they come as U+FFFD.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    ends = _LineEnds()
    number, rest = 1, ""
    with path.open("rb") as stream:
        while True:
            block = stream.read(BLOCK)
            text = rest + ends.plain(decoder.decode(block, final=not block), final=not block)
            cut = text.rfind("\n") + 1 if block else len(text)
            text, rest = text[:cut], text[cut:]
            if len(rest) > 8 * BLOCK:
                text, rest = text + rest, ""  # a line without end: it is for the one who counts its characters
            while skip and text:
                at = text.find("\n") + 1
                text, skip, number = text[at or len(text) :], skip - 1, number + 1
            if text:
                yield number, text
                number += text.count("\n")
            if not block:
                return


class _LineEnds:
    """Makes \\n of every line end, also where \\r and \\n lie in two blocks."""

    def __init__(self) -> None:
        self._held = ""

    def plain(self, text: str, final: bool) -> str:
        text = self._held + text
        self._held = ""
        if text.endswith("\r") and not final:
            text, self._held = text[:-1], "\r"
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
