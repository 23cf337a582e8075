"""The quality record as a Django application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QualityConfig(AppConfig):
    """Holds read models only: every one of them can be made again from the ledger."""

    name = "lotproof.quality"
    label = "quality"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tables that changed with a new version are filled again from the ledger."""
        post_migrate.connect(_filled_again, sender=self)


def _filled_again(plan: Sequence[tuple[Any, bool]], **_: Any) -> None:
    if any(migration.app_label == "quality" and not migration.initial for migration, _backwards in plan):
        from lotproof.quality.replay import replay

        replay(mend=True)
