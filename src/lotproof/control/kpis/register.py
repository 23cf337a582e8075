"""All KPIs: those of the product, a file each in ``declared``, and those of a workspace's folder ``kpis``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lotproof.control.kpis.declaration import EVENT_COLUMNS, OPPORTUNITY_COLUMNS, Kpi, kpi_from, select_of
from lotproof.rules.local_sql import problem_of
from lotproof.stats.problem import MethodProblem

ORDER = (
    "unaccounted", "gross-variance", "orphans", "aggregation-errors", "duplicates", "no-read", "first-pass", "reject", "below-c",
    "grade-lowest", "grade-mean", "reported-late", "hours-to-report", "lots-late", "emvs-alerts", "exceptions", "line-stops",
    "code-complete", "time-to-contain", "time-to-classify", "capa-on-time", "recurrences",
)  # fmt: skip
"""KPIs of the product in the order of DOMAIN G; a test holds that each has its file."""
EXTRA = {"events": ("n", "value", "shipment"), "opportunity": ("shipment",)}
"""Columns that a SELECT may have beside those that it must."""
RULE_ROWS = (
    "SELECT ''::VARCHAR AS lot, ''::VARCHAR AS gtin, ''::VARCHAR AS item, ''::VARCHAR AS note, ''::VARCHAR AS source, 0::BIGINT AS position"
)
"""What stands for a rule while a local SELECT is looked at: rules may read tables that local SELECTs may not."""


@functools.cache
def product_kpis() -> Mapping[str, Kpi]:
    """Id -> KPI of the product."""
    folder = Path(__file__).parent / "declared"
    return MappingProxyType({name: kpi_from(_read(folder / f"{name}.toml"), f"{name}.toml") for name in ORDER})


def all_kpis(folder: Path | None = None) -> dict[str, Kpi]:
    """Id -> KPI, those of the folder last or in place of those that they take over; MethodProblem at the first fault."""
    found = dict(product_kpis())
    for path in sorted(folder.glob("*.toml")) if folder else ():
        kpi = _local(path, found)
        if kpi.id != path.stem:
            raise MethodProblem(f'{path}, field "id": {kpi.id} must stand in a file of that name, {kpi.id}.toml.')
        found[kpi.id] = kpi
    return found


def kpi_named(name: str, kpis: Mapping[str, Kpi]) -> Kpi:
    """The KPI of this id."""
    if name not in kpis:
        raise MethodProblem(f'There is no KPI "{name}"; known are {", ".join(kpis)}.')
    return kpis[name]


def _local(path: Path, known: Mapping[str, Kpi]) -> Kpi:
    document = _read(path)
    base = document.get("base")
    if base is not None and base not in known:
        raise MethodProblem(f'{path}, field "base": there is no KPI "{base}"; known are {", ".join(known)}.')
    if base is None and document.get("id") in product_kpis():
        raise MethodProblem(f'{path}, field "id": the product has a KPI {document["id"]}; write base = "{document["id"]}" to change it.')
    kpi = kpi_from(document, str(path), known[base] if base is not None else None, local=True)
    for field in ("events", "opportunity"):
        if field in document and (problem := _problem_of(getattr(kpi, field), field, kpi)):
            raise MethodProblem(f'{path}, field "{field}": {problem}.')
    return kpi


def _problem_of(sql: str, field: str, kpi: Kpi) -> str | None:
    """What is wrong with a local SELECT. One of the ledger's acts has a table that the rules do not know, so it is the product's alone."""
    if kpi.tables == "ledger":
        return "a local KPI selects from the tables of the rules; those of the ledger are the product's"
    needed = EVENT_COLUMNS if field == "events" else OPPORTUNITY_COLUMNS
    needed = (*needed, "value") if kpi.kind == "measure" and field == "events" else needed
    more = tuple(name for name in EXTRA[field] if name not in needed)
    return problem_of(select_of(sql, RULE_ROWS), whole_site=False, columns=needed, optional=more)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MethodProblem(f"{path} is no TOML ({error}); mend it, or take it out of the folder.") from None
