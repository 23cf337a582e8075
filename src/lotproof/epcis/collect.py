"""What a reader has read and not yet yielded."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.epcis.model import Broken, DocumentHeader, EventBatch, OnHeader, Unreadable, breaks_off
from lotproof.epcis.parts import Part, Rows, merge

BATCH_BYTES = 2 << 20
BATCH_EPCS = 32_768


class Collector:
    """Takes parts and rows of one document and gives batches in document order."""

    def __init__(self, form: str, on_header: OnHeader | None) -> None:
        self.form = form
        self.on_header = on_header
        self.rows = Rows()
        """Events of the tolerant path since the last batch."""
        self.parts: list[Part] = []
        """Events of the bulk path since the last batch."""
        self.unreadable: list[Unreadable] = []
        """Events left out since the last batch."""
        self.header: dict[str, str] = {}
        """Fields of DocumentHeader as far as they are known."""
        self._told: DocumentHeader | None = None
        self._seq = 0
        self._flushed = 0

    def due(self, offset: int) -> bool:
        """Whether enough is pending for a batch, `offset` being how far the document was read."""
        pending = len(self.rows.epcs) + sum(len(part.epcs[0]) for part in self.parts)
        return offset - self._flushed >= BATCH_BYTES or pending >= BATCH_EPCS

    def flush(self, offset: int) -> Iterator[EventBatch | Unreadable]:
        """Yield all that is pending."""
        self.tell()
        if self.rows.offsets:
            self.parts.append(self.rows.part())
            self.rows = Rows()
        if self.parts:
            batch = merge(self.parts, self._seq)
            self._seq += batch.events.num_rows
            self.parts = []
            yield batch
        yield from self.unreadable
        self.unreadable = []
        self._flushed = offset

    def broken(self, broken: Broken) -> Iterator[EventBatch | Unreadable]:
        """Yield all that is pending, then the sentence about the rest of the document."""
        yield from self.flush(broken.offset)
        yield breaks_off(broken, self._seq)

    def tell(self) -> None:
        """Report the header if there is news."""
        header = DocumentHeader(self.form, **self.header)
        if self.on_header and header != self._told:
            self.on_header(header)
        self._told = header
