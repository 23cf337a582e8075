"""OQ in a process of its own, so that the site's workspace and database are not touched.

``python -m lotproof.qualify.operate FOLDER TIME`` writes one JSON line for each check to stdout, as soon as it is done.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

from lotproof.qualify.check import judge
from lotproof.qualify.scratch import Scratch


def main(folder: Path, time: str) -> None:
    """Do every check in ``folder``, which is there and empty."""
    from lotproof.qualify.oq import CHECKS

    scratch, out = Scratch(folder, time), sys.stdout
    for check in CHECKS:
        with contextlib.redirect_stdout(io.StringIO()):
            result = judge(check, scratch)
        out.write(json.dumps(result.as_json(), ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
