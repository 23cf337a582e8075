"""A desk that can be killed and started again, its packs as a scanner sends them, and pictures of their codes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import zxingcpp
from PIL import Image
from scan_packs import GS, packs_of
from small_site import PROGRAM, Site, copied

PASSWORD = "packs and pallets 42"
PEOPLE = """
import sys
from pathlib import Path
from lotproof.quality.shell import Desk, open_case
from lotproof.workspace.credentials import enrol
from lotproof.workspace.people import active
from lotproof.workspace.place import open_workspace
now = "2026-11-23T08:00:00Z"
place = open_workspace(Path(sys.argv[1]), now, "test", create=False)
for user, role in (("op.demo", "operator"), ("inv.demo", "investigator"), ("qa.demo", "QA approver")):
    enrol(place, user, user, role, "Europe/Brussels", sys.argv[2], None, now, "test")
open_case(Desk(place, active("op.demo"), lambda: now, "x"), {"title": "Packs too many", "severity": "major", "lots": [sys.argv[3]]})
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Served:
    """The desk, as a person starts and kills it."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder, self.site, self.port = folder, site, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        copied(site.home, folder / "home")
        subprocess.run([sys.executable, "-c", PEOPLE, folder / "home", PASSWORD, site.lot], check=True, capture_output=True)
        self.start()

    def start(self) -> None:
        """On the same workspace, at the same address as before."""
        self._told = (self.folder / "told.txt").open("w+")
        whole = [str(PROGRAM), "serve", "--workspace", str(self.folder / "home"), "--port", str(self.port)]
        self._process = subprocess.Popen(whole, stdout=self._told, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, start_new_session=True)
        for _ in range(300):
            assert self._process.poll() is None, (self.folder / "told.txt").read_text()
            try:
                assert urllib.request.urlopen(f"{self.address}/alive", timeout=2).read() == b"alive\n"
                return
            except OSError:
                time.sleep(0.3)
        raise AssertionError((self.folder / "told.txt").read_text())

    def kill(self) -> None:
        """No farewell: what was not written is lost."""
        os.killpg(self._process.pid, signal.SIGKILL)  # the group is this server's alone
        self._process.wait(20)
        self._told.close()

    @property
    def lots(self) -> tuple[str, str]:
        """The neighbour's lot, which adds up, and the one that does not."""
        return next(name for name in self.site.truth["neighbours"]), self.site.lot

    def packs(self, lot: str = "") -> list[str]:
        """Packs of a lot, its neighbour's if none is named, that were packed: as a scanner sends their Data Matrix."""
        return packs_of(self.site, lot or self.lots[0])


def bracketed(scan: str) -> str:
    """The content of a scan as a writer of symbols takes it."""
    body = scan.removeprefix("]d2")
    serial, lot, expiry = body[18:].split(GS)
    return f"(01){body[2:16]}(21){serial}(10){lot[2:]}(17){expiry[2:]}"


def drawn(scan: str, scale: int = 6) -> Image.Image:
    """The Data Matrix of a scan."""
    code = zxingcpp.create_barcode(bracketed(scan), zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    return Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=scale)).convert("L")


def sheet(scans: list[str]) -> Image.Image:
    """A page with the codes one below the other."""
    codes = [drawn(scan) for scan in scans]
    page = Image.new("L", (600, sum(code.height + 60 for code in codes) + 60), 255)
    top = 60
    for code in codes:
        page.paste(code, (80, top))
        top += code.height + 60
    return page


def film(scan: str, path: Path) -> None:
    """A film for the camera of a browser: the code held still, YUV 4:2:0, uncompressed."""
    picture = Image.new("L", (640, 480), 200)
    code = drawn(scan, 8)
    picture.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (320 * 240 * 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 10)
