"""The plan of a site: plant, line, people, products, and the orders in the sequence they run."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from random import Random

import numpy as np

from lotproof.gs1.checkdigit import check_digit
from lotproof.simulate.chance import choices, numbers
from lotproof.simulate.spec import TRANSFORMS, SiteSpec

NAMES = ("Nonexin", "Placebrol", "Fictavir", "Inventol", "Nullamab", "Mockoprost", "Dummyzole", "Imaginib")
FORMS = ("tabs", "caps", "film tabs", "sachets")
CUSTOMERS = ("Nordlicht Grosshandel", "Tern Valley Wholesale", "Depot Quatre Vents", "Halden Drug Supply")
ALPHABET = np.frombuffer(b"0123456789ABCDEFGHKLMNPQRSTUVXYZ", dtype=np.uint8)
DEMO_PREFIX = "952"  # the GS1 prefix set aside for demonstrations, so no number here can be a real one


@dataclass(frozen=True)
class Product:
    """One saleable pack."""

    gtin: str
    """GTIN-14."""
    urn: str
    """Company prefix and item reference as in the SGTIN URN: prefix, dot, indicator and item reference."""
    name: str
    """Invented trade name with strength and pack size."""
    material: str
    """ERP material number."""


@dataclass(frozen=True)
class Order:
    """One packaging order, with the counts that fix the shape of its lot."""

    number: str
    """Order number."""
    lot: str
    """Lot number."""
    product: Product
    """What is packed."""
    expiry: date
    """Last day of the expiry month."""
    units: int
    """Packs printed on the line."""
    per_case: int
    """Packs in a full case."""
    per_pallet: int
    """Cases on a full pallet."""
    investigated: bool
    """True for a lot under investigation, False for a neighbour."""


@dataclass(frozen=True)
class Plant:
    """The site that all files come from."""

    code: str
    """ERP plant."""
    line: str
    """Packaging line."""
    prefix: str
    """GS1 company prefix, 7 to 9 digits."""
    extension: str
    """Extension digit of the site's SSCCs."""
    operators: tuple[str, ...]
    """Role codes of the line's operators."""
    warehouse: tuple[str, ...]
    """Role codes of the warehouse."""
    auditor: str
    """Role code of the one who opens cases."""
    customer: str
    """Who receives the shipped pallets."""
    orders: tuple[Order, ...]
    """Orders in running sequence."""


def digit(body: str) -> str:
    """The GS1 check digit of `body` as text (GS1 General Specifications 7.9.1)."""
    return str(check_digit(body))


def sscc(plant: Plant, reference: int) -> str:
    """The SSCC-18 with this serial reference."""
    body = plant.extension + plant.prefix + str(reference).zfill(16 - len(plant.prefix))
    return body + digit(body)


def plan_plant(spec: SiteSpec) -> Plant:
    """Draw the plant and its orders; investigated lots stand between their neighbours."""
    rng = choices(spec.seed, "plant")
    prefix = DEMO_PREFIX + "".join(rng.choices("0123456789", k=rng.choice((4, 5, 6))))
    crew = rng.sample(range(10, 99), 8)
    products = [_product(rng, prefix, ref) for ref in rng.sample(range(10, 990), 2)]
    return Plant(
        code=rng.choice(("DE31", "2200", "CH07", "PL01", "FR12", "US44")),
        line=rng.choice(("PK-7", "LINE-2", "V3", "L11", "TR-4")),
        prefix=prefix,
        extension=rng.choice("0123456"),
        operators=tuple(f"OP{n}" for n in crew[:4]),
        warehouse=tuple(f"WH{n}" for n in crew[4:6]),
        auditor=f"QA{crew[6]}",
        customer=rng.choice(CUSTOMERS),
        orders=_orders(spec, rng, products),
    )


def _product(rng: Random, prefix: str, reference: int) -> Product:
    item = str(reference).zfill(12 - len(prefix))
    body = "0" + prefix + item
    name = f"{rng.choice(NAMES)} {rng.choice((5, 10, 20, 50, 100))} mg {rng.choice((14, 28, 56))} {rng.choice(FORMS)}"
    return Product(body + digit(body), f"{prefix}.0{item}", name, str(rng.randrange(20000000, 29999999)))


def _orders(spec: SiteSpec, rng: Random, products: list[Product]) -> tuple[Order, ...]:
    before = (spec.neighbours + 1) // 2
    kinds = [False] * before + [True] * spec.lots + [False] * (spec.neighbours - before)
    lots = _distinct(rng, len(kinds), lambda: "".join(rng.choices("BCDFGHKLMNPRTVX", k=2)) + str(rng.randrange(10**4, 10**5)))
    orders = _distinct(rng, len(kinds), lambda: str(rng.randrange(40_000_000, 49_999_999)))
    other = products[rng.randrange(2)]
    return tuple(
        _order(spec, rng, number, lot, products[0] if kind else other, kind)
        for number, lot, kind in zip(orders, lots, kinds, strict=True)
    )


def _order(spec: SiteSpec, rng: Random, number: str, lot: str, product: Product, investigated: bool) -> Order:
    months = spec.start.year * 12 + spec.start.month - 1 + rng.randrange(18, 37)
    year, month = divmod(months, 12)
    expiry = date(year, month + 1, monthrange(year, month + 1)[1])
    if investigated:
        return Order(number, lot, product, expiry, spec.units, spec.units_per_case, spec.cases_per_pallet, True)
    units = max(180, min(spec.units // 6, 2000)) + rng.randrange(60)
    return Order(number, lot, product, expiry, units, rng.choice((10, 12, 20)), rng.choice((4, 5, 6)), False)


def _distinct(rng: Random, count: int, draw: object) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[draw()] = None  # type: ignore[operator]
    return list(found)


def draw_serials(spec: SiteSpec, count: int) -> np.ndarray:
    """`count` distinct serial numbers, as one array of bytes (dtype S12 or S16).

    Numeric ones start with a zero more often than chance would have it, so that lost zeros show. The kind follows the
    seed, unless a character map needs zeros or letters to act on.
    """
    rng = numbers(spec.seed, "serials")
    kind = choices(spec.seed, "serial kind").choice(("digits", "letters", "letters", "long letters"))
    needed = transform_of(spec)
    if needed:
        kind = "digits" if needed == "zeros" else "letters"
    got = _draw(rng, kind, count)
    while True:
        _, first = np.unique(got, return_index=True)
        if first.size == count:
            return got
        again = np.ones(count, dtype=bool)
        again[first] = False
        got[again] = _draw(rng, kind, int(again.sum()))


def _draw(rng: np.random.Generator, kind: str, count: int) -> np.ndarray:
    if kind == "digits":
        values = rng.integers(0, 10**12, count)
        short = rng.random(count) < 0.25
        values[short] //= 10
        return np.array([f"{value:012d}" for value in values.tolist()], dtype="S12")
    width = 16 if kind == "long letters" else 12
    rows = ALPHABET[rng.integers(0, ALPHABET.size, (count, width))]
    return np.ascontiguousarray(rows).view(f"S{width}").reshape(count)


def transform_of(spec: SiteSpec) -> str | None:
    """The character map that acts between line and hub: zeros, lower, yz, or None."""
    for name in spec.faults:
        if name in TRANSFORMS:
            return TRANSFORMS[name]
        if name == "character_transform":
            return choices(spec.seed, "transform").choice(sorted(TRANSFORMS.values()))
    return None
