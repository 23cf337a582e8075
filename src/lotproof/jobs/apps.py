"""Jobs as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Holds what waits, runs and was done; no part of the record: what a job does to the record is an entry of the ledger."""

    name = "lotproof.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
