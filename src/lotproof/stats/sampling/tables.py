"""Single plans of MIL-STD-105E (10 May 1989; approved for public release, distribution unlimited), as the rule behind the tables.

The master tables are diagonals: for code letter i (A = 0 ... R = 15) and AQL j (.010 = 0 ... 1000 = 25) what stands in the cell
depends on i + j. An arrow moves sample size and numbers together. ANSI/ASQ Z1.4 and ISO 2859-1 have the same normal and tightened
single plans. Reduced plans differ by edition and were not held against a published standard: results say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from lotproof.stats.problem import MethodProblem

LETTERS = "ABCDEFGHJKLMNPQR"
AQLS = (
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0", "1.5", "2.5", "4.0", "6.5",
    "10", "15", "25", "40", "65", "100", "150", "250", "400", "650", "1000",
)  # fmt: skip
"""Per cent defective, or defects per hundred units; above 10 only the latter."""
SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
"""Sample size of each letter A to R, and of S, which tightened inspection has once."""
REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
_LOTS = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000)
_CODES = (
    "AAAAAAB", "AAAAABC", "AABBBCD", "ABBCCDE", "BBCCCEF", "BBCDDFG", "BCDEEGH", "BCDEFHJ",
    "CCEFGJK", "CDEGHKL", "CDFGJLM", "CDFHKMN", "DEGJLNP", "DEGJMPQ", "DEHKNQR",
)  # fmt: skip
"""Code letter of each lot size (a row up to the size in _LOTS) at each of LEVELS: table I."""
EDITIONS = ("MIL-STD-105E", "Z1.4-2003", "ISO-2859-1:1999")
SEVERITIES = ("normal", "tightened", "reduced")

_DIAGONALS: dict[str, tuple[int, tuple[int, ...], dict[int, int]]] = {
    # first diagonal with a plan (Ac 0), arrows after it (+1 down, -1 up), acceptance numbers of the diagonals after the arrows
    "normal": (14, (-1, 1), dict(zip(range(17, 27), (1, 2, 3, 5, 7, 10, 14, 21, 30, 44), strict=True))),
    "tightened": (15, (1, 1), dict(zip(range(18, 27), (1, 2, 3, 5, 8, 12, 18, 27, 41), strict=True))),
}
_REDUCED_GAP = {17: (0, 2), 18: (1, 3), 19: (1, 4), 20: (2, 5), 21: (3, 6), 22: (5, 8), 23: (7, 10), 24: (10, 13)}
_REDUCED_ISO = dict(zip(range(18, 25), (1, 2, 3, 5, 6, 8, 10), strict=True))


@dataclass(frozen=True)
class SinglePlan:
    """One sample, two numbers."""

    code_letter: str
    """Letter of the lot size and level, before any arrow."""
    plan_letter: str
    """Letter of the plan that is used."""
    n: int
    """Sample size of the table."""
    accept: int
    """Most defects at which the lot is accepted."""
    reject: int
    """Fewest at which it is not."""
    path: str
    """Letters that the arrows led over."""
    warnings: tuple[str, ...] = ()
    """What a person should know."""


def code_letter(lot_size: int, level: str = "II") -> str:
    """Table I."""
    if lot_size < 2:
        raise MethodProblem(f"A lot of {lot_size} cannot be sampled; plans begin with 2 units.")
    if level not in LEVELS:
        raise MethodProblem(f'There is no inspection level "{level}"; known are {", ".join(LEVELS)}.')
    row = next((at for at, largest in enumerate(_LOTS) if lot_size <= largest), len(_LOTS))
    return _CODES[row][LEVELS.index(level)]


def aql_index(aql: str | float) -> int:
    """Column of an AQL, however many noughts it is written with."""
    try:
        wanted = float(aql)
    except ValueError:
        wanted = -1.0
    for at, known in enumerate(AQLS):
        if abs(float(known) - wanted) < 1e-9:
            return at
    raise MethodProblem(f"The tables have no AQL {aql}; they have {', '.join(AQLS)}.")


def single_plan(letter: str, aql: str | float, severity: str = "normal", edition: str = "MIL-STD-105E") -> SinglePlan:
    """The plan of a cell, arrows followed."""
    if severity not in SEVERITIES:
        raise MethodProblem(f'There is no severity "{severity}"; known are {", ".join(SEVERITIES)}.')
    if edition not in EDITIONS:
        raise MethodProblem(f'There is no edition "{edition}"; known are {", ".join(EDITIONS)}.')
    if letter not in LETTERS:
        raise MethodProblem(f'There is no code letter "{letter}"; known are {", ".join(LETTERS)}.')
    column, at = aql_index(aql), LETTERS.index(letter)
    path, direction = [at], 0
    while (cell := _cell(at, column, severity, edition)) in (1, -1):
        # once an arrow points down the way goes on down, also where a diagonal of an up arrow is crossed
        direction = direction or int(cell)
        at += direction
        path.append(at)
    assert isinstance(cell, tuple)
    told = ("The reduced tables were not held against a published standard; check this plan before use.",) if severity == "reduced" else ()
    letters = LETTERS + "S"
    size = REDUCED_SIZES[at] if severity == "reduced" else SIZES[at]
    return SinglePlan(letter, letters[at], size, cell[0], cell[1], "".join(letters[i] for i in path), told)


def _cell(letter: int, column: int, severity: str, edition: str) -> tuple[int, int] | int:
    """What stands in a cell: (accept, reject), 1 for an arrow down, -1 for one up."""
    diagonal = letter + column
    if severity == "reduced":
        return _reduced(letter, column, edition)
    if severity == "tightened" and letter == 16:
        return 1, 2  # the one plan of S, AQL .025
    first, arrows, numbers = _DIAGONALS[severity]
    if diagonal < first or (diagonal == first and column > _LAST_ZERO):
        return 1
    if diagonal == first:
        return 0, 1
    if diagonal <= first + len(arrows):
        return _edge(letter, column, diagonal, severity, arrows[diagonal - first - 1])
    # the largest numbers stand for letters A to E alone
    if diagonal not in numbers or (numbers[diagonal] > _LARGEST[severity] and letter > 4):
        return -1
    return numbers[diagonal], numbers[diagonal] + 1


_LARGEST = {"normal": 21, "tightened": 18}
_LAST_ZERO = AQLS.index("6.5")
"""Above it AQLs count defects per hundred units, and no plan accepts at 0 only."""


def _edge(letter: int, column: int, diagonal: int, severity: str, arrow: int) -> int:
    """At the last letter no arrow can lead down, but for tightened .025, which has S; at the first none can lead up."""
    if letter == 0:
        return 1
    if letter == len(LETTERS) - 1 and arrow == 1:
        return 1 if severity == "tightened" and column == 2 else -1
    return arrow


def _reduced(letter: int, column: int, edition: str) -> tuple[int, int] | int:
    diagonal = letter + column
    iso = edition.startswith("ISO")
    if diagonal < 14:
        return 1
    if diagonal == 14:
        return 0, 1
    if letter == 0 and diagonal == 15:
        return 1
    if diagonal == 15 or (iso and diagonal == 16):
        return -1
    if diagonal == (17 if iso else 16):
        return -1 if letter == len(LETTERS) - 1 else 1
    numbers = {key: (value, value + 1) for key, value in _REDUCED_ISO.items()} if iso else _REDUCED_GAP
    return numbers.get(diagonal, -1)
