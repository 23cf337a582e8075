"""Step 3, fixity: statement -> tag manifests -> tag files and manifests -> payload; nothing missing, nothing unlisted.

BagIt 1.0 (RFC 8493). Every file is read once. Both hash families must agree with their manifests.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from lotproof.packs.verify import names
from lotproof.packs.verify.outside import RENEWAL
from lotproof.packs.verify.redaction import REDACTION
from lotproof.packs.verify.report import Problem, Step
from lotproof.packs.verify.seal import STATEMENT, Statement
from lotproof.packs.verify.source import Source, Unreadable, lines, read

ALGORITHMS = ("sha256", "sha512")
"""The hash functions a pack must have manifests for."""

_REQUIRED = ("bagit.txt", "bag-info.txt", "README.txt")
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_QUICK = "The payload was hashed with SHA-256; --deep checks its SHA-512 as well."

Digests = dict[str, dict[str, str]]
"""Path to algorithm to lower-case hex."""


def check_fixity(source: Source, statement: Statement | None, withheld: Mapping[str, int], deep: bool, workers: int = 1) -> Step:
    """Check every file of the pack but the `withheld` ones; `deep` adds the SHA-512 of the payload."""
    lists = renewal_lists(source)
    extra = {name: name for _, name in lists if name not in ALGORITHMS}
    digests, problems = hash_files(source, (*ALGORITHMS, *extra), not deep and not extra, workers)
    for path in (*_REQUIRED, *(f"{kind}-{a}.txt" for kind in ("manifest", "tagmanifest") for a in ALGORITHMS)):
        if path not in source.files:
            problems.append(Problem("missing-file", path, f"{path} is missing."))
    if statement is not None:
        problems += _subjects(statement, digests)
    problems += check_manifests(source, digests, ALGORITHMS)
    problems += check_renewals(source, digests, lists)
    problems = [one for one in problems if not (one.code == "missing-file" and one.where in withheld)]
    problems += check_declaration(source)
    problems += _info(source, statement, withheld)
    return Step("fixity", merge(problems), () if deep else (_QUICK,))


def merge(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Keep one problem for each code and place: two manifests that say the same need not be heard twice."""
    found: dict[tuple[str, object], Problem] = {}
    for problem in problems:
        found.setdefault((problem.code, problem.where), problem)
    return tuple(found.values())


def hash_files(source: Source, algorithms: Sequence[str], quick: bool = False, workers: int = 1) -> tuple[Digests, list[Problem]]:
    """Hash every file of the pack, `workers` files at a time; a file that cannot be read becomes a problem."""

    def task(path: str) -> dict[str, str] | Problem:
        return _hash(source, path, algorithms[:1] if quick and path.startswith("data/") else algorithms)

    paths = sorted(source.files)
    with ThreadPoolExecutor(workers) as pool:
        # hashlib lets go of the interpreter lock, so threads do hash at the same time
        outcomes = list(pool.map(task, paths)) if workers > 1 else [task(path) for path in paths]
    digests = {path: found for path, found in zip(paths, outcomes, strict=True) if isinstance(found, dict)}
    return digests, [found for found in outcomes if isinstance(found, Problem)]


def _hash(source: Source, path: str, algorithms: Sequence[str]) -> dict[str, str] | Problem:
    hashes = {algorithm: hashlib.new(algorithm.replace("-", "_")) for algorithm in algorithms}
    try:
        for chunk in source.chunks(path):
            for running in hashes.values():
                running.update(chunk)
    except Unreadable as error:
        return error.problem
    return {algorithm: running.hexdigest() for algorithm, running in hashes.items()}


def _subjects(statement: Statement, digests: Digests) -> list[Problem]:
    """Compare the tag manifests with what the statement names."""
    subject = statement.subject if isinstance(statement.subject, list) else []
    wanted: dict[str, object] = {f"tagmanifest-{algorithm}.txt": None for algorithm in ALGORITHMS}
    problems: list[Problem] = []
    for item in subject:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(item, dict) or str(name) not in wanted or wanted[str(name)] is not None:
            problems.append(Problem("subject", STATEMENT, f"{STATEMENT} names an unexpected subject {name!r}."))
        else:
            wanted[str(name)] = item.get("digest")
    for name, digest in wanted.items():
        if not isinstance(digest, dict) or any(not isinstance(digest.get(a), str) for a in ALGORITHMS):
            problems.append(Problem("subject", STATEMENT, f"{STATEMENT} does not name {name} with both digests."))
        elif name in digests and any(digest[a] != digests[name][a] for a in ALGORITHMS):
            problems.append(Problem("digest", name, f"{name} is not the file that was sealed."))
    return problems


def check_manifests(source: Source, digests: Digests, algorithms: Sequence[str]) -> list[Problem]:
    """Check payload and tag manifests: what is listed is there with its digest, what is there is listed."""
    payload = {path for path in source.files if path.startswith("data/")}
    tags = {path for path in source.files if not path.startswith(("data/", "seal/"))}
    tags -= {f"tagmanifest-{algorithm}.txt" for algorithm in algorithms}
    problems: list[Problem] = []
    for algorithm in algorithms:
        for path, scope in ((f"tagmanifest-{algorithm}.txt", tags), (f"manifest-{algorithm}.txt", payload)):
            if path in source.files:
                listed, found = read_manifest(source, path, algorithm)
                problems += found
                problems += _compare(path, algorithm, listed, digests, scope, set(source.files))
    return problems


def _compare(manifest: str, algorithm: str, listed: dict[str, str], digests: Digests, scope: set[str], there: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    for path, digest in listed.items():
        if path not in there:
            problems.append(Problem("missing-file", path, f"{path} is missing; {manifest} lists it."))
        elif path not in scope:
            problems.append(Problem("bad-manifest", manifest, f"{manifest} lists {path}, which it must not cover."))
        elif digests.get(path, {}).get(algorithm, digest) != digest:
            problems.append(Problem("digest", path, f"{path} was changed: its {algorithm} is not that of {manifest}."))
    problems += [Problem("unlisted-file", path, f"{path} is not listed in {manifest}.") for path in scope - {*listed}]
    return sorted(problems, key=lambda problem: str(problem.where))


def read_manifest(source: Source, path: str, algorithm: str) -> tuple[dict[str, str], list[Problem]]:
    """Read a manifest as {path: hex}; a malformed, unsafe or repeated line becomes a problem (RFC 8493 section 2.1.3)."""
    digits = hashlib.new(algorithm.replace("-", "_")).digest_size * 2
    pattern = re.compile(rf"([0-9a-fA-F]{{{digits}}})[ \t]+(.+)", re.DOTALL)
    listed: dict[str, str] = {}
    problems: list[Problem] = []
    try:
        for number, line in enumerate(lines(source, path), 1):
            match = pattern.fullmatch(line.decode("utf-8", "replace"))
            name = names.decode(match[2]) if match else ""
            if match is None or names.unsafe(name) or name in listed:
                sentence = f"Line {number} of {path} is malformed, names a path outside the pack or repeats one."
                problems.append(Problem("bad-manifest", path, sentence))
            else:
                listed[name] = match[1].lower()
    except Unreadable as error:
        problems.append(error.problem)
    return listed, problems


def renewal_lists(source: Source) -> list[tuple[str, str]]:
    """Give (folder, algorithm) of each renewal, the earliest first."""
    return sorted((match[1], match[2]) for match in map(RENEWAL.fullmatch, source.files) if match)


def check_renewals(source: Source, digests: Digests, lists: Sequence[tuple[str, str]]) -> list[Problem]:
    """Check that each renewal lists all that lay in seal/ before it, and the payload anew where it renews the hash as well."""
    problems: list[Problem] = []
    there = set(source.files)
    for folder, algorithm in lists:
        own = {path for path in there if path.startswith(folder) and "/list." not in path}
        before = {path for path in there if path.startswith("seal/") and not path.startswith(("seal/renewals/", REDACTION))}
        before |= {path for path in there if path.startswith("seal/renewals/") and path < folder}
        scopes = [(f"{folder}list.{algorithm}", own | before | {"tagmanifest-sha512.txt"})]
        if f"{folder}manifest-{algorithm}.txt" in there:
            scopes.append((f"{folder}manifest-{algorithm}.txt", {path for path in there if path.startswith("data/")}))
        for path, scope in scopes:
            listed, found = read_manifest(source, path, algorithm)
            problems += found
            problems += _compare(path, algorithm, listed, digests, scope, there)
    return problems


def check_declaration(source: Source) -> list[Problem]:
    """Check bagit.txt, byte for byte (RFC 8493 section 2.1.1)."""

    def check() -> list[Problem]:
        if read(source, "bagit.txt") == _DECLARATION:
            return []
        return [Problem("bagit-version", "bagit.txt", "bagit.txt does not declare BagIt 1.0 in UTF-8.")]

    return _reading(check)


def _info(source: Source, statement: Statement | None, withheld: Mapping[str, int]) -> list[Problem]:
    """Check Payload-Oxum and External-Identifier of bag-info.txt."""

    def check() -> list[Problem]:
        text = read(source, "bag-info.txt").decode("utf-8", "replace")
        pairs = [line.split(": ", 1) for line in text.split("\n") if ": " in line]
        sizes = [size for path, size in {**withheld, **source.files}.items() if path.startswith("data/")]
        problems: list[Problem] = []
        if [value for label, value in pairs if label == "Payload-Oxum"] != [f"{sum(sizes)}.{len(sizes)}"]:
            sentence = f"Payload-Oxum in bag-info.txt is not {sum(sizes)}.{len(sizes)}, the bytes and files of data/."
            problems.append(Problem("oxum", "bag-info.txt", sentence))
        stated = [value for label, value in pairs if label == "External-Identifier"]
        if statement is not None and stated != [statement.pack]:
            sentence = f"External-Identifier in bag-info.txt is not {statement.pack}, the pack id of the statement."
            problems.append(Problem("pack-id", "bag-info.txt", sentence))
        return problems

    return _reading(check)


def _reading(check: Callable[[], list[Problem]]) -> list[Problem]:
    """Run a check that reads one file."""
    try:
        return check()
    except Unreadable as error:
        return [error.problem]
