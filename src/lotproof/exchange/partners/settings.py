"""Who we are to partners: partners.toml of the workspace, or options. The contact goes into messages, never into the ledger."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lotproof.exchange.partners.problem import PartnerError
from lotproof.gs1.checkdigit import has_valid_check_digit

FILE = "partners.toml"
_KEYS = {"gln", "email", "phone", "partner"}


@dataclass(frozen=True)
class Settings:
    """The file."""

    gln: str = ""
    """Our GLN."""
    email: str = ""
    """Where partners write about exceptions: a mailbox of the function, not of a person. The format demands one."""
    phone: str = ""
    """Where they call; left out where empty."""
    names: Mapping[str, str] = field(default_factory=dict)
    """GLN of a partner -> what people call it."""

    def name_of(self, gln: str) -> str:
        """What people call a partner; its GLN where no name is known."""
        return self.names.get(gln, gln)

    def changed(self, gln: str = "", email: str = "", phone: str = "") -> Settings:
        """The same with what options state in place of it."""
        return checked(replace(self, gln=gln or self.gln, email=email or self.email, phone=phone or self.phone))

    @property
    def contact(self) -> dict[str, str]:
        """Sender information of a message; PartnerError where the format's demand is not met."""
        if not self.email:
            raise PartnerError(
                f"The format demands an e-mail address of the sender; write email = \"exceptions@example.com\" into {FILE} of the "
                "workspace, or give --email."
            )  # fmt: skip
        return {name: value for name, value in (("gln", self.gln), ("email", self.email), ("phone", self.phone)) if value}


def gln(text: str, where: str) -> str:
    """A GLN of 13 digits; PartnerError otherwise."""
    digits = text.strip()
    if len(digits) != 13 or not has_valid_check_digit(digits):
        raise PartnerError(f"{where} is “{digits[:40]}”, which is no GLN: write 13 digits, the last of them the check digit.")
    return digits


def checked(settings: Settings) -> Settings:
    """The settings, refused where they cannot be."""
    if settings.gln:
        gln(settings.gln, "Our own GLN")
    if settings.email and ("@" not in settings.email or any(c.isspace() for c in settings.email)):
        raise PartnerError(f"The e-mail address “{settings.email[:60]}” is none; write exceptions@example.com.")
    return settings


def read_settings(home: Path) -> Settings:
    """The settings of a workspace; empty ones where it has no file."""
    path = home / FILE
    if not path.exists():
        return Settings()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PartnerError(f"{path} is no TOML ({error}); mend that line.") from None
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise PartnerError(f"{FILE} has “{unknown[0]}”, which means nothing here; it may have {', '.join(sorted(_KEYS))}.")
    texts = {name: str(document.get(name, "")).strip() for name in ("gln", "email", "phone")}
    return checked(Settings(**texts, names=_names(document.get("partner", []))))


def _names(listed: Any) -> dict[str, str]:
    if not isinstance(listed, list) or not all(isinstance(one, dict) and one.get("gln") and one.get("name") for one in listed):
        raise PartnerError(f'{FILE}: each [[partner]] needs gln = "…" and name = "…".')
    return {gln(str(one["gln"]), f"{FILE}: the GLN of {one['name']}"): str(one["name"]) for one in listed}
