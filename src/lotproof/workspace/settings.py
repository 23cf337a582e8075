"""The settings of a workspace that bear on its evidence, as its ledger has them."""

from __future__ import annotations

from dataclasses import asdict

from lotproof.ledger import store
from lotproof.ledger.settings import STREAM, EvidenceSettings, SettingsError, checked, settings_body
from lotproof.workspace.place import WorkspaceError


def site_settings() -> EvidenceSettings:
    """What holds now."""
    found: EvidenceSettings = EvidenceSettings()
    for body in store.bodies("audit", STREAM):
        found = checked(body["after"])
    return found


def change_settings(changes: dict[str, int], why: str, time: str, actor: str) -> store.Appended:
    """Change settings by an entry of the ledger; WorkspaceError where one cannot be, or none would change."""
    before = site_settings()
    try:
        after = checked({**asdict(before), **changes})
    except SettingsError as error:
        raise WorkspaceError(str(error)) from None
    if after == before:
        raise WorkspaceError("The settings are that already; nothing was written.")
    return store.append("audit", STREAM, time, actor, settings_body(before, after, why))
