"""The quality record as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Holds read models only: every one of them can be made again from the ledger."""

    name = "lotproof.quality"
    label = "quality"
    default_auto_field = "django.db.models.BigAutoField"
