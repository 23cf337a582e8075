"""How many processes of this machine work at once."""

from __future__ import annotations

import os


def wanted(jobs: int | None) -> int:
    """``jobs``, else LOTPROOF_JOBS, else one a core. ValueError with a sentence where the setting is no number."""
    text = os.environ.get("LOTPROOF_JOBS", "0")
    if jobs:
        return jobs
    if not text.isdigit():
        raise ValueError(f'LOTPROOF_JOBS is "{text}"; write a number of processes, or leave it out for one a core.')
    return int(text) or os.cpu_count() or 1


def threads_each(workers: int) -> int:
    """Threads for each of so many processes, from LOTPROOF_THREADS or the cores of the machine."""
    return max(1, (int(os.environ.get("LOTPROOF_THREADS", "0")) or os.cpu_count() or 1) // workers)
