"""A guard in front of uploads: what is larger than a photo may be is thrown away while it comes, and the view is told."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST = 20 << 20
"""Bytes of a photo."""
REFUSED = "upload_refused"
"""Attribute of a request whose file was larger."""


class PhotoGuard(FileUploadHandler):
    """Stops a file that is too large; other addresses have limits of their own."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The data, as long as there is not too much of it."""
        request: Any = self.request
        if request is not None and request.path.endswith("/photo") and start + len(raw_data) > MOST:
            setattr(request, REFUSED, True)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Others make the file."""
        return
