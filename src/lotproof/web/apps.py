"""The desk as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, forms and static files; no table of its own."""

    name = "lotproof.web"
    label = "web"
