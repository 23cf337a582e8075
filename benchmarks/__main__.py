"""Run the benchmarks and print a table. Each runs in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import modes, trees, verifying

TEXTS = ("text_numbers", "text_printer", "text_issues", "text_line", "text_camera", "text_processes")
NAMES = ("epcis_one_xml", "epcis_list_xml", "epcis_one_json", "epcis_list_json", "build_lot", "trace", "many_lots", "incremental", "charts")


def main() -> None:
    """Run the benchmarks named on the command line, or all; ``text`` stands for those of delimited text.

    ``modes``, ``trees`` and ``verify`` print tables of their own.
    """
    if sys.argv[1:2] == ["modes"]:
        modes.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["trees"]:
        trees.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["verify"]:
        with tempfile.TemporaryDirectory() as folder:
            verifying.main(Path(folder))
        return
    chosen = [name for asked in sys.argv[1:] or [*NAMES, "text"] for name in (TEXTS if asked == "text" else (asked,))]
    if unknown := sorted(set(chosen) - {*NAMES, *TEXTS}):
        sys.exit(f"There is no benchmark {unknown[0]}; known are {', '.join((*NAMES, *TEXTS))}, text, modes, trees, verify.")
    print(f"{'benchmark':<18}{'what':<34}{'CPU-s':>8}{'rate a CPU-s':>14}{'x SHA-256':>11}{'peak MB':>9}")
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.runs", name, folder]
            done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
        if done.returncode:
            sys.exit(f"{name} failed:\n{done.stderr}")
        for row in json.loads(done.stdout.splitlines()[-1]):
            rate = f"{row['rate']:,.0f}" if row["rate"] else ""
            ratio = f"{row['ratio']:.0f}" if row["ratio"] else ""
            print(f"{name:<18}{row['what']:<34}{row['cpu']:>8.2f}{rate:>14}{ratio:>11}{row['peak']:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
