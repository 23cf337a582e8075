"""The EPCIS interface as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Holds captures under way, named queries and subscriptions; no part of the record: what is captured is a source in the ledger."""

    name = "lotproof.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
