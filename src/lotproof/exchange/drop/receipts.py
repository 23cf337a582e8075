"""What a receipt of a drop folder says: pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lotproof.intake.receipt import Receipt

DONE, FAILED = "done", "failed"
SENTENCE = 2000
"""Characters of a sentence that are kept."""
_CONTAINERS = ("zip", "sheet")


def well(receipt: Receipt) -> bool:
    """Whether something was read, or there was nothing to complain of."""
    return receipt.stored > 0 or receipt.kind == "duplicate" or not (receipt.problems or receipt.quarantined)


def result_of(receipts: Sequence[Receipt], told: Mapping[str, Mapping[str, str]], troubles: Sequence[str]) -> str:
    """Done or failed. A file that nobody could read and that a taker understood is done; one that a taker broke on has failed."""
    if troubles:
        return FAILED
    inner = [one for one in receipts if one.kind not in _CONTAINERS] or list(receipts)
    return DONE if any(map(well, inner)) or any(told.values()) else FAILED


def of_receipt(receipt: Receipt, earlier: Mapping[str, str] | None) -> str:
    """One sentence about one file."""
    if earlier is not None:
        told = f"{receipt.name}: the same bytes came before, as {earlier['name']} on {earlier['received']}; they stay one source."
        return " ".join((told, *_own(receipt.problems)))
    if receipt.problems and not receipt.stored:
        return " ".join(receipt.problems)
    if receipt.quarantined and not receipt.stored:
        return f"{receipt.name}: none of its {receipt.quarantined:,} rows could be read; they are in quarantine. Mend it and send it again."
    if not receipt.rows:
        return f"{receipt.name}: taken in as {receipt.kind}."
    counted = f"{receipt.rows:,} rows seen = {receipt.stored:,} stored + {receipt.quarantined:,} quarantined + {receipt.no_data:,} no data"
    return " ".join((f"{receipt.name}: {receipt.kind}, {counted}.", *receipt.problems))


def _own(problems: Sequence[str]) -> Sequence[str]:
    return [one for one in problems if "the same bytes as" not in one]


def sentence_of(
    receipts: Sequence[Receipt], before: Mapping[str, Mapping[str, str]], told: Mapping[str, Mapping[str, str]], troubles: Sequence[str]
) -> str:
    """Everything about one thing that was dropped, as text for a person."""
    said = [of_receipt(one, before.get(one.sha256)) for one in receipts]
    takers = [sentence for by_name in told.values() for sentence in by_name.values()]
    return " ".join(dict.fromkeys((*said, *takers, *troubles)))[:SENTENCE]


def document(facts: Mapping[str, Any], receipts: Sequence[Receipt], told: Mapping[str, Mapping[str, str]]) -> bytes:
    """The receipt's bytes: ``facts``, then a receipt for each source as `lotproof add --json` has it, then what takers said, by file."""
    whole = {
        **facts,
        "sources": [one.as_json() for one in receipts],
        "told": {name: list(said.values()) for name, said in told.items() if said},
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
