"""Reads a simulated delivery with nothing but csv, json, xml and openpyxl, and derives the findings by plain set work.

It shares with the simulator only the table of header words; all else (encodings, delimiters, times, codes, events)
is read from the bytes and from README_export.txt, as any other reader would have to.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree

import openpyxl

from lotproof.simulate.headers import HEADERS
from lotproof.simulate.tables import ADDED, SPARE

CANON = {kind: variants[0][1] for kind, variants in HEADERS.items()}
EXTRA = {word for sets in ADDED.values() for columns in sets for word, _ in columns}


def header_of(words: Iterable[str]) -> tuple[str, list[str]] | None:
    """Kind of a table, and for each of its columns the first English word; None for what is no header."""
    own = [word for word in words if word not in EXTRA]
    for kind, variants in HEADERS.items():
        for _, variant in variants:
            if len(own) >= len(variant) - len(SPARE.get(kind, ())) and set(own) <= set(variant):
                names = dict(zip(variant, CANON[kind], strict=True))
                return kind, [names.get(word, word) for word in words]
    return None


def decode(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def read_table(path: str, data: bytes) -> tuple[str, list[dict[str, str]]] | None:
    """Kind and rows under the first English header words; None for what is no table."""
    if path.endswith(".xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        lines = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        kind, names = header_of(lines[0])
        return kind, [filled(kind, dict(zip(names, row, strict=True))) for row in lines[1:]]
    text = decode(data)
    for number, line in enumerate(text.splitlines()[:6]):
        for delimiter in ";,\t|":
            found = header_of(line.split(delimiter))
            if found:
                kind, names = found
                body = text.split("\n", number + 1)[number + 1]
                rows = [r for r in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter) if r]
                rows = [r for r in rows if r[0] not in ("Total", "Summe")]
                return kind, [filled(kind, dict(zip(names, r, strict=True))) for r in rows]
    return None


def filled(kind: str, row: dict[str, str]) -> dict[str, str]:
    """A row with every column of its kind, empty where the file does not have it."""
    return {**dict.fromkeys(CANON[kind], ""), **row}


@dataclass
class Event:
    at: str
    action: str
    step: str
    serials: list[str] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)
    parent: str | None = None
    aggregation: bool = False
    recorded: str = ""
    stated: tuple[str, str] | None = None  # lot, expiry as YYYY-MM-DD


def split_epc(text: str) -> tuple[str, str]:
    """("serial" or "sscc", value) of an EPC URN or a Digital Link."""
    if found := re.search(r"sgtin:\d+\.\d+\.(.+)$", text) or re.search(r"/01/\d{14}/21/(.+)$", text):
        return "serial", found[1]
    if found := re.search(r"/00/(\d{18})$", text):
        return "sscc", found[1]
    found = re.search(r"sscc:(\d+)\.(\d)(\d+)$", text)
    body = found[2] + found[1] + found[3]
    total = sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body)))
    return "sscc", body + str(-total % 10)


def make_event(
    at: str, action: str, step: str, epcs: list[str], parent: str | None, aggregation: bool, recorded: str, stated: tuple | None
) -> Event:
    event = Event(at, action, re.split(r"[:-]", step)[-1], aggregation=aggregation, recorded=recorded, stated=stated)
    for kind, value in map(split_epc, epcs):
        (event.serials if kind == "serial" else event.containers).append(value)
    event.parent = split_epc(parent)[1] if parent else None
    return event


def read_events(path: str, data: bytes) -> list[Event]:
    if path.endswith(".jsonld"):
        found = json.loads(data)["epcisBody"]["eventList"]
        return [make_event(e["eventTime"], e["action"], e["bizStep"], e.get("epcList", e.get("childEPCs", [])),
                           e.get("parentID"), e["type"] == "AggregationEvent", e["recordTime"],
                           (e["ilmd"]["cbvmda:lotNumber"], e["ilmd"]["cbvmda:itemExpirationDate"]) if "ilmd" in e else None)
                for e in found]  # fmt: skip
    events = []
    for node in ElementTree.fromstring(data).iter():
        if node.tag in ("ObjectEvent", "AggregationEvent"):
            ilmd = {re.sub(r".*\}", "", e.tag): e.text for block in node.iter("ilmd") for e in block}
            stated = (ilmd["lotNumber"], ilmd["itemExpirationDate"]) if ilmd else None
            epcs = [e.text for e in (*node.findall("epcList/epc"), *node.findall("childEPCs/epc"))]
            events.append(make_event(node.findtext("eventTime"), node.findtext("action"), node.findtext("bizStep"), epcs,
                                     node.findtext("parentID"), node.tag == "AggregationEvent", node.findtext("recordTime"),
                                     stated))  # fmt: skip
    return events


def serial_of(code: str, lot: str, expiry_digits: int = 6) -> tuple[str, bool]:
    """Serial number in a scanned code, and whether its separators were lost."""
    text = code.removeprefix("]d2")
    if not re.match(r"01\d{14}", text):
        return code, False
    parts = re.split(r"\x1d|<GS>|\{GS\}|\^\]", text[16:])
    for part in parts:
        rest = part
        if rest.startswith("17"):
            rest = rest[2 + expiry_digits :]
        if rest.startswith("10") and len(parts) > 1:
            continue
        if rest.startswith("21"):
            serial = rest[2:]
            bare = len(parts) == 1
            if bare:
                serial = re.sub(r"(10[A-Z]{2}\d{5}17\d{6}|17\d{6}10[A-Z]{2}\d{5})$", "", serial)
            return serial, bare
    raise AssertionError(f"no serial in {code!r}")


def print_of(code: str) -> tuple[str, str]:
    """Lot and expiry (YYMMDD) in a code that was read with its separators."""
    text = re.sub(r"<GS>|\{GS\}|\^\]", "\x1d", code.removeprefix("]d2"))[16:]
    expiry = re.search(r"(?:^|\x1d)17(\d{6})", text)[1]
    lot = re.search(r"(?:^17\d{6}|\x1d17\d{6}|\x1d)10([A-Z]{2}\d{5})", text)[1]
    return lot, expiry


def day_of(text: str) -> str:
    """YYMMDD of an expiry in one of the simulator's forms."""
    digits = re.sub(r"\D", "", text)
    if "." in text:
        return digits[6:8] + digits[2:4] + digits[:2]
    return digits[-6:]


class Facts:
    """What the files of one delivery say."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.tables: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.events: list[Event] = []
        self.notices: list[dict] = []
        for path, data in files.items():
            if path.endswith(".json"):
                self.notices.append(json.loads(data)["exceptions"])
            elif path.endswith((".xml", ".jsonld")):
                self.events += read_events(path, data)
            elif path not in ("README_export.txt", "SHA256SUMS"):
                found = read_table(path, data)
                assert found, f"{path} has no known header"
                self.tables[found[0]] += found[1]
        self.readme = files["README_export.txt"].decode()
        self.meaning = dict(re.findall(r"^  (.+?) = (.+)$", self.readme, re.M))
        self._words()
        self._line()
        self._hub()

    def _words(self) -> None:
        levels = re.search(r"^  (.+) = pack, (.+) = case, (.+) = pallet$", self.readme, re.M)
        self.unit, self.case_word, self.pallet_word = levels.groups()
        verdicts = re.search(r"^  (.+) = read and accepted, (.+) = read and refused, (.+) = no code read$", self.readme, re.M)
        self.passed, self.failed, self.unread = verdicts.groups()

    def state(self, row: dict[str, str]) -> str:
        meaning = self.meaning[row["Status"]]
        return {"verified": "good", "rejected": "rejected", "taken": "sampled", "destroyed": "destroyed",
                "inactive,": "inactive", "never": "unused", "number": "invalidated", "label": "label_sampled"}[
                    meaning.split()[0]]  # fmt: skip

    def _line(self) -> None:
        self.packs: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        self.cases: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        self.children: dict[str, list[str]] = defaultdict(list)
        self.pallet_of: dict[str, str] = {}
        self.lot_of: dict[str, str] = {}
        for row in self.tables["line"]:
            if row["Level"] == self.unit:
                self.packs[row["Lot"]][row["SerialNumber"]] = row
                self.lot_of[row["SerialNumber"]] = row["Lot"]
                if row["ParentSerial"]:
                    self.children[row["ParentSerial"]].append(row["SerialNumber"])
            elif row["Level"] == self.case_word and self.state(row) == "good":
                self.cases[row["Lot"]][row["SerialNumber"]] = row
                self.pallet_of[row["SerialNumber"]] = row["ParentSerial"]
        lots = {row["OrderNo"]: row["Batch"] for row in self.tables["orders"]}
        self.numbers: dict[str, set[str]] = defaultdict(set)
        for row in self.tables["numbers"]:
            self.numbers[lots[row["OrderNo"]]].add(row["SerialNumber"])
            self.lot_of[row["SerialNumber"]] = lots[row["OrderNo"]]
        self.shipped = {row["SSCC"] for row in self.tables["dock"]}

    def _hub(self) -> None:
        """Lenient replay in the sequence of time: live parents, commissioned, destroyed, and what does not fit."""
        self.commissioned: set[str] = set()
        self.parents: dict[str, str] = {}
        self.problems: dict[str, set[str]] = defaultdict(set)
        self.ended: set[str] = set()
        destroyed, seen = set(), Counter()
        for event in sorted(self.events, key=lambda e: e.at):
            key = (event.at, event.action, event.step, event.parent, tuple(event.serials), tuple(event.containers))
            seen[key] += 1
            if seen[key] > 1:
                self.problems["SN-04"].update(event.serials)
                continue
            if event.aggregation:
                self._aggregate(event)
            elif event.action == "ADD":
                self.problems["SN-06"].update(destroyed.intersection(event.serials))
                self.commissioned.update(event.serials)
            elif event.action == "DELETE":
                self.ended.update(event.serials)
                if event.step == "destroying":
                    destroyed.update(event.serials)

    def _aggregate(self, event: Event) -> None:
        items = [*event.serials, *event.containers]
        if event.action == "ADD":
            for item in items:
                if self.parents.get(item, event.parent) != event.parent:
                    self.problems["AGG-01"].add(item)
                self.parents.setdefault(item, event.parent)
            self.problems["AGG-03"].update(set(event.serials) - self.commissioned)
            return
        for item in items or [i for i, parent in self.parents.items() if parent == event.parent]:
            if self.parents.get(item) == event.parent:
                del self.parents[item]
            else:
                self.problems["AGG-06"].add(item)

    def rows(self, lot: str, *states: str) -> set[str]:
        return {serial for serial, row in self.packs[lot].items() if self.state(row) in states}

    def applied(self, lot: str) -> set[str]:
        return self.rows(lot, "good", "sampled", "destroyed", "inactive")

    def partition(self, lot: str) -> dict[str, int]:
        good = {s for s in self.rows(lot, "good") if self.packs[lot][s]["ParentSerial"]}
        orphans = self.rows(lot, "good") - good
        lost = self.numbers[lot] - set(self.packs[lot])
        part = {"received": len(self.numbers[lot]), "unused": len(self.rows(lot, "unused")),
                "invalidated": len(self.rows(lot, "invalidated")), "label_scrapped": len(self.rows(lot, "rejected"))}
        part |= {name: len(self.rows(lot, name)) for name in ("label_sampled", "sampled", "destroyed", "inactive")}
        return part | {"good": len(good), "unaccounted": len(orphans) + len(lost), "orphans": len(orphans)}

    def findings(self, lot: str, transform: dict[str, str] | None = None) -> dict[str, set[str]]:
        """Code to items, for one lot; codes without items are left out. `transform`: line serial to its hub form."""
        mine = {s for s, of in self.lot_of.items() if of == lot}
        found = {code: items & mine for code, items in self.problems.items()} if not transform else {}
        packs = self.packs[lot]
        prints = Counter(row["Serial"] for row in self.tables["printer"])
        if transform:
            found["changed"] = self.applied(lot) - self.commissioned
        else:
            found["SN-01"] = self.applied(lot) - self.commissioned
            found["SN-02"] = {s for s in self.commissioned & mine if not prints[s]}
        found["SN-03"] = {s for s in mine if prints[s] > 1}
        off = self.rows(lot, "sampled", "destroyed", "inactive")
        found["SN-08"] = {s for s in off if packs[s]["ParentSerial"] or (not transform and s in self.commissioned - self.ended)}
        found["SN-09"] = {s for s in self.rows(lot, "good") if not packs[s]["ParentSerial"]}
        found["SN-10"] = self.numbers[lot] - set(packs)
        found["AGG-02"] = {case for case, row in self.cases[lot].items() if int(row["ChildCount"]) != len(self.children[case])}
        found |= self._camera(lot) | self._audits(lot) | self._stock(lot) | self._set_up(lot) | self._partners(lot)
        if not transform:
            found |= self._late(lot)
        found["SN-07"] = found.get("SN-07", set()) | (self.rows(lot, "rejected", "label_sampled") & self.commissioned)
        found["RPT-03"] = {row["SN"] for row in self.tables["alerts"]} & mine
        found["INT-01"] = self.tampered()
        return {code: items for code, items in found.items() if items}

    def _camera(self, lot: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.tables["camera"]:
            serial, _ = serial_of(row["ExpectedString"], lot)
            if self.lot_of.get(serial) != lot:
                continue
            if row["Result"] == self.unread:
                found["SCN-01"].add(serial)
            elif float(row["OverallGrade"].replace(",", ".")) < 1.5:
                found["SCN-02"].add(serial)
            if row["Result"] != self.passed and self.packs[lot][serial]["ParentSerial"]:
                found["SN-07"].add(serial)
        return found

    def _audits(self, lot: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        held: dict[str, set[str]] = defaultdict(set)
        for row in self.tables["audit"]:
            if row["CaseSSCC"] in self.cases[lot]:
                serial, bare = serial_of(row["ScannedCode"], lot)
                held[row["CaseSSCC"]].add(serial)
                if bare:
                    found["IDT-02"].add(serial)
        for case, packs in held.items():
            owners = {self.packs[lot][s]["ParentSerial"] for s in packs}
            strange = {s for s in packs if self.packs[lot][s]["ParentSerial"] != case}
            if 0 < 2 * len(strange) <= len(packs):
                found["AGG-10"] |= {case} | strange | (set(self.children[case]) - packs)
                continue
            if owners == {case} and packs != set(self.children[case]):
                found["AGG-10"].add(case)
            if owners != {case}:
                (owner,) = owners
                crosswise = owner in held and {self.packs[lot][s]["ParentSerial"] for s in held[owner]} == {case}
                found["AGG-09" if crosswise else "AGG-08"].add(case)
        return found

    def _stock(self, lot: str) -> dict[str, set[str]]:
        counted = {row["CaseSSCC"]: row for row in self.tables["inventory"] if row["Lot"] == lot}
        left = {case for case in self.cases[lot] if self.shipped & {case, self.pallet_of[case]}}
        kept = set(self.cases[lot]) - left
        elsewhere = {case for case, row in counted.items() if row["PalletSSCC"] != self.pallet_of[case]}
        return {"QTY-03": (kept - set(counted)) | (set(counted) & left), "AGG-12": elsewhere - left}

    def _set_up(self, lot: str) -> dict[str, set[str]]:
        """Lot and expiry on the pack, at the line and in the hub against the order; foreign packs in cases of the lot."""
        found: dict[str, set[str]] = defaultdict(set)
        right = next(day_of(row["Expiry"]) for row in self.tables["orders"] if row["Batch"] == lot)
        claims = [(serial_of(row["ExpectedString"], lot)[0], print_of(row["ReadString"])) for row in self.tables["camera"]
                  if row["Result"] == self.passed]  # fmt: skip
        claims += [(s, (event.stated[0], day_of(event.stated[1]))) for event in self.events if event.stated for s in event.serials]
        claims += [(s, (lot, day_of(row["Expiry"]))) for s, row in self.packs[lot].items()]
        for serial, (said, expiry) in claims:
            if self.lot_of.get(serial) == lot and said != lot:
                found["DAT-01"].add(serial)
            if self.lot_of.get(serial) == lot and expiry != right:
                found["DAT-02"].add(serial)
        for case in self.cases[lot]:
            strange = {s for s in self.children[case] if self.lot_of[s] != lot}
            found["AGG-04"] |= strange | ({case} if strange else set())
        return found

    def _partners(self, lot: str) -> dict[str, set[str]]:
        found = {code: {entry["product_serial"] for notice in self.notices for entry in notice[key] if entry["product_lot"] == lot}
                 for code, key in (("PHY-01", "missing_product_data"), ("PHY-02", "missing_product"))}  # fmt: skip
        open_holds = {row["SSCC"] for row in self.tables["holds"] if row["Lot"] == lot and not row["ReleasedAt"]}
        found["PHY-04"] = {item for item in open_holds if self.shipped & {item, self.pallet_of.get(item)}}
        return found

    def _late(self, lot: str) -> dict[str, set[str]]:
        own = {*self.cases[lot], *(self.pallet_of[case] for case in self.cases[lot])}
        left = min((event.at for event in self.events if event.step == "shipping" and own.intersection(event.containers)), default="9999")
        return {"RPT-01": {s for event in self.events if event.stated and event.recorded > left for s in event.serials
                           if self.lot_of.get(s) == lot}}  # fmt: skip

    def amounts(self, lot: str) -> tuple[int, int, int]:
        """Goods receipts less reversals, issues, and stock of the lot in packs, as the ERP says."""
        def number(text: str) -> int:
            sign = -1 if "-" in text else 1
            return sign * int(text.replace("-", "").split(",")[0])

        moved: dict[str, int] = Counter()
        for row in self.tables["movements"]:
            if row["Batch"] == lot:
                moved[row["Movement Type"]] += number(row["Quantity"])
        stock = sum(number(row["Unrestricted"]) for row in self.tables["stock"] if row["Batch"] == lot)
        return moved["101"] + moved["102"], -moved["601"], stock

    def tampered(self) -> set[str]:
        lines = self.files.get("SHA256SUMS", b"").decode().splitlines()
        return {path for digest, path in (line.split("  ", 1) for line in lines)
                if hashlib.sha256(self.files[path]).hexdigest() != digest}  # fmt: skip
