"""Passwords handed over by a file descriptor. A helper of tests."""

from __future__ import annotations

import os
from contextlib import contextmanager


@contextmanager
def typed(*lines: str):
    """Give the option that reads these lines."""
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{line}\n" for line in lines).encode())
    os.close(writing)
    try:
        yield ("--password-fd", str(reading))
    finally:
        os.close(reading)
