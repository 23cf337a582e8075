"""Impact and scope: what else was searched, what was found, and the signed statement that this is all."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import lacking
from lotproof.quality.case import RUNNING, Case
from lotproof.quality.roles import DESK

REACH = ("lots", "lines", "shipments", "customers")


def _refuse_impact(case: Case, _act: Act) -> str | None:
    searched = {one.body["reach"] for one in case.all("scope-search")}
    return lacking("The impact cannot be stated yet", [f"other {reach} were not searched" for reach in REACH if reach not in searched])


ACTS = (
    ActType(
        "scope-search",
        "Record a search",
        "{actor} searched other {reach}: {found} found among {rows} rows",
        DESK,
        RUNNING,
        (
            Field("reach", "What was searched", "choice", choices=REACH),
            Field("query", "Query", "text", help="What exactly was asked of which sources."),
            Field("sources", "Sources", "items", help="Names or SHA-256, one a line."),
            Field("rows", "Rows read", "number"),
            Field("found", "Affected", "number", help="0 is a result too."),
            Field("affected", "Which", "items", required=False),
        ),
        help="A search that found nothing is evidence, with its query, its sources and the rows that it read.",
    ),
    ActType(
        "impact",
        "State the impact",
        "{actor} stated the impact: {statement}",
        DESK,
        RUNNING,
        (
            Field("statement", "What is affected, and why that is all", "text"),
            Field("patients", "Risk to patients", "text"),
            Field("disposition", "What happens to the product", "text"),
        ),
        _refuse_impact,
        meaning="I state that this is all that is affected",
        exclusive=True,
    ),
)
