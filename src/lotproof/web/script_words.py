"""What the scripts of the desk say: the texts in their calls of `say`."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

CALL = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"')


@lru_cache(1)
def of_scripts() -> tuple[str, ...]:
    """Each once, in the order of the files."""
    scripts = sorted(
        (path for path in files("lotproof.web").joinpath("static/web").iterdir() if path.name.endswith(".js")), key=lambda path: path.name
    )
    return tuple(dict.fromkeys(text for path in scripts for text in CALL.findall(path.read_text(encoding="utf-8"))))
