"""How often the same fault of another site is the first similar case: `python -m benchmarks.similar [UNITS] [SEED] [JSON]`.

Each fault of the simulator strikes two sites that have nothing else in common: other seed, other layout of files, product, lot,
equipment. The first of each pair are the earlier cases, the second are asked about. Right is the same fault, or one of the same failure
mode (the four character maps are one mode). With JSON the cases are kept there, and read again where they are already.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from lotproof.control import similar
from lotproof.control.similar import Case, case_of
from lotproof.diagnosis.diagnose import diagnose
from lotproof.intake.folder import Delivery, intake
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import check
from lotproof.simulate import FAULTS, SiteSpec, iter_files, truth_of
from lotproof.stats.exact import share_interval


def incident(fault: str, seed: int, units: int) -> Case:
    """The investigated lot of a site with one fault, as a case named by the fault."""
    spec = SiteSpec(seed=seed, units=units, faults=(fault,))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, pieces in iter_files(spec):
            (root / "site" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "site" / name).write_bytes(b"".join(pieces))
        lake = Lake(root / "lake")
        sources = [Source(r.sha256, r.name, r.kind) for r in intake(Delivery(root / "site"), lake) if r.segment]
        outcome = check(lake, sources, root / "spill", explain=diagnose)
    found = case_of(truth_of(spec)["lot"], outcome.findings, outcome.diagnosis, origin=f"seed {seed}")
    return Case(**{**vars(found), "id": fault})


def incidents(units: int, seed: int) -> list[tuple[Case, Case]]:
    pairs = []
    for at, fault in enumerate(FAULTS):
        pairs.append((incident(fault, seed + at, units), incident(fault, seed + 1_000 + at, units)))
        print(f"\r{at + 1} of {len(FAULTS)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pairs


def ranks(pairs: list[tuple[Case, Case]], weights: dict[str, float]) -> list[int]:
    """Rank of the first case of the same fault or mode, for each that is asked about; 0 where none is found."""
    earlier, kept = [one for one, _ in pairs], similar.WEIGHTS
    similar.WEIGHTS = weights
    try:
        found = [similar.similar(asked, earlier, len(earlier)) for _, asked in pairs]
    finally:
        similar.WEIGHTS = kept
    return [
        next((at for at, one in enumerate(listed, 1) if family(one.case.id) == family(asked.id)), 0)
        for (_, asked), listed in zip(pairs, found, strict=True)
    ]


def family(fault: str) -> str:
    return "character_transform" if fault.startswith("character_transform") else fault


def main() -> None:
    units, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, int(sys.argv[2]) if len(sys.argv) > 2 else 4_000
    kept = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if kept and kept.exists():
        told = json.loads(kept.read_text(encoding="utf-8"))
        pairs = [tuple(Case(**{k: tuple(v) if isinstance(v, list) else v for k, v in one.items()}) for one in pair) for pair in told]
    else:
        pairs = incidents(units, seed)
        if kept:
            kept.write_text(json.dumps([[asdict(one) for one in pair] for pair in pairs]), encoding="utf-8")
    whole = dict(similar.WEIGHTS)
    alone = {name: {**dict.fromkeys(whole, 0.0), name: 1.0} for name in ("codes", "modes", "words")}
    for name, weights in {"all": whole, **alone}.items():
        found = ranks(pairs, weights)
        first, three = sum(rank == 1 for rank in found), sum(0 < rank <= 3 for rank in found)
        low, high = share_interval(first, len(found))
        print(f"{name:<6} first {first} of {len(found)} ({low:.2f} to {high:.2f}), among three {three}")
        if name == "all":
            for rank, (_, asked) in zip(found, pairs, strict=True):
                if rank != 1:
                    print(f"    {asked.id}: {rank or 'not found'}; codes {', '.join(asked.codes) or 'none'}; modes {', '.join(asked.modes) or 'none'}")


if __name__ == "__main__":
    main()
