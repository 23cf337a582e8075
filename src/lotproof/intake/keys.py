"""The keys of items: SHA-256 of their canonical spelling, for a column at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Keys = npt.NDArray[np.void]
"""16 bytes each."""
KEY = pa.binary(16)


def digests(texts: Iterable[bytes], head: bytes = b"") -> Keys:
    """The first 16 bytes of SHA-256 of each text behind ``head``."""
    sha = hashlib.sha256
    whole = b"".join([sha(head + text).digest() for text in texts])
    return np.ascontiguousarray(np.frombuffer(whole, np.uint8).reshape(-1, 32)[:, :16]).view("V16").ravel()


def key_array(keys: Keys, known: npt.NDArray[np.bool_] | None = None) -> pa.FixedSizeBinaryArray:
    """Keys for Arrow; null where ``known`` is false."""
    valid = None if known is None or known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.FixedSizeBinaryArray.from_buffers(KEY, len(keys), [valid, pa.py_buffer(np.ascontiguousarray(keys))])


def prefix_array(keys: Keys, known: npt.NDArray[np.bool_] | None = None) -> pa.Int64Array:
    """The first 60 bits of each key, as ``item_prefix`` holds them; null where ``known`` is false."""
    heads = (np.frombuffer(keys.tobytes(), ">u8")[::2].astype(np.uint64) >> np.uint64(4)).astype(np.int64)
    return pa.array(heads, mask=None if known is None or known.all() else ~known)


def with_keys(rows: pa.Table) -> pa.Table:
    """Rows with ``item_form`` and ``parent_text`` and the keys made of them in the place of the former."""
    form = rows.column("item_form").combine_chunks()
    known = form.is_valid().to_numpy(zero_copy_only=False)
    keys = digests(pc.fill_null(form, "").view(pa.binary()).to_pylist())
    parents = rows.column("parent_text").combine_chunks().dictionary_encode()
    parent = key_array(digests(parents.dictionary.view(pa.binary()).to_pylist())).take(parents.indices)
    columns = {"item_prefix": prefix_array(keys, known), "item": key_array(keys, known), "parent": parent}
    for name, column in columns.items():
        rows = rows.append_column(name, column)
    return rows.drop_columns(["item_form"])
