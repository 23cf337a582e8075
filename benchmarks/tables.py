"""Delimited texts of a given number of rows for the benchmarks, one a kind, as the simulator's sites write them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

GTIN, LOT, ORDER = "09506000134352", "UP85432", "78486930"
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
BEGIN = datetime(2026, 3, 2, 6)
EACH = 24
"""Packs of a case."""


def _sscc(number: int) -> str:
    digits = f"3{9506000:07d}{number:09d}"
    return digits + str(-sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(digits)) % 10)


def _serials(count: int) -> Iterator[str]:
    chance = random.Random(3)
    return ("".join(chance.choices(SIGNS, k=14)) for _ in range(count))


def _at(row: int, more: int = 0) -> str:
    return str(BEGIN + timedelta(seconds=row // 5 + more))


def numbers(count: int) -> Iterator[str]:
    """Numbers received for an order."""
    yield "OrderNo;GTIN;SerialNumber;AllocatedAt;RequestId"
    for serial in _serials(count):
        yield f"{ORDER};{GTIN};{serial};2026-03-01 06:20:00;REQ86930"


def printer(count: int) -> Iterator[str]:
    """A printer log."""
    yield "Timestamp;PrinterId;JobId;Serial;EncoderCount;RollLot;Result"
    for row, serial in enumerate(_serials(count)):
        yield f"{_at(row)}.{row % 5 * 200:03d};P{row % 2 + 1};{ORDER};{serial};{90000 + row * 130};ROLL{row // 50_000:06d};OK"


def camera(count: int) -> Iterator[str]:
    """A camera log; the expiry in plain text is written as in the code."""
    chance = random.Random(4)
    yield "Timestamp;StationId;Result;ExpectedString;ReadString;OCR_Lot;OCR_Exp;OverallGrade;SC;MOD;RM;FPD;ANU;GNU;UEC;Operator;ImageRef"
    for row, serial in enumerate(_serials(count)):
        code = f"]d201{GTIN}1728022910{LOT}\x1d21{serial}"
        grades = ";".join(f"{chance.randint(20, 40) / 10:.1f}" for _ in range(8))
        yield f"{_at(row)};CAM-0{row % 2 + 1};PASS;{code};{code};{LOT};280229;{grades};OP0{row // 30_000 % 9};IMG_{row:08d}.png"


def line(count: int) -> Iterator[str]:
    """A line controller export: packs with their cases."""
    yield (
        "OrderNo;Lot;GTIN;Level;SerialNumber;Status;RejectReason;ParentSerial;ChildCount;Partial;Expiry;PrintTime;VerifyTime;PackTime;"
        "Station;Operator"
    )
    for row, serial in enumerate(_serials(count)):
        case = row // EACH
        yield (
            f"{ORDER};{LOT};{GTIN};EA;{serial};Good;;{_sscc(case)};;;2028-02-29;{_at(row)};{_at(row, 1)};{_at(case * EACH, 9)};"
            f"CAM-0{row % 2 + 1};OP0{row // 30_000 % 9}"
        )


def issues(count: int) -> Iterator[str]:
    """Serials that an ERP or a warehouse shipped."""
    yield "ScanTime;Delivery;SerialNumber;GTIN;Lot;Customer"
    for row, serial in enumerate(_serials(count)):
        yield f"{_at(row)};{86364310 + row // 40_000};{serial};{GTIN};{LOT};Depot {row // 90_000}"


KINDS = {"numbers": numbers, "printer": printer, "camera": camera, "line": line, "issues": issues}


def write(path: Path, kind: str, count: int) -> int:
    """Write a file of a kind; returns its rows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(f"{text}\n" for text in KINDS[kind](count))
    return count
