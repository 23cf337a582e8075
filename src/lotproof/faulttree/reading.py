"""A tree from the bytes of a file, in whichever of the two forms it is."""

from __future__ import annotations

from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.mef_read import read_mef
from lotproof.faulttree.model import Tree
from lotproof.faulttree.text_read import read_text


def read_tree(data: bytes, name: str, top: str | None = None) -> Tree:
    """A tree of Open-PSA XML, or of the text form; TreeError where it is neither."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_mef(data, name, top)
    try:
        return read_text(data.decode("utf-8-sig"), name, top)
    except UnicodeDecodeError as error:
        raise TreeError(f"{name}: byte {error.start} is no UTF-8; save the file as UTF-8.") from None
