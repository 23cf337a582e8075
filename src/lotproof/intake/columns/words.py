"""The distinct texts of a column, numbered in the order met."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
MOST = 300_000
"""Distinct texts of a column that is still read by its distinct texts."""


class NotPlain(Exception):
    """The table is not of the common shape; it is read the tolerant way. The message says why, for a test."""


class Words:
    """Numbers texts; 0 is no text."""

    def __init__(self) -> None:
        self.texts: list[str | None] = [None]
        self._codes: dict[str | None, int] = {None: 0}

    def number(self, texts: pa.StringArray) -> Codes:
        """The number of each text."""
        encoded = texts if isinstance(texts, pa.DictionaryArray) else texts.dictionary_encode()
        known = np.array([*(self._of(text) for text in encoded.dictionary.to_pylist()), 0], np.int32)
        return np.asarray(known[pc.fill_null(encoded.indices, len(known) - 1).to_numpy()])

    def _of(self, text: str | None) -> int:
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self.texts)
            self.texts.append(text)
            if code > MOST:
                raise NotPlain("a column has too many distinct texts")
        return code


def has_few(texts: pa.StringArray, most: int = 100, of: int = 400) -> bool:
    """Whether the first ``of`` texts are few distinct ones."""
    return int(pc.count_distinct(texts.slice(0, of)).as_py()) <= most
