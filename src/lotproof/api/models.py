"""What the interface keeps: captures, named queries, subscriptions and what was delivered."""

from __future__ import annotations

from django.db import models


class CaptureRow(models.Model):
    """A document that was accepted."""

    number = models.CharField(max_length=32, primary_key=True)
    """Random, hex: the captureID."""
    name = models.CharField(max_length=60)
    """Name of the source that it becomes."""
    sha256 = models.CharField(max_length=64)
    """Digest of the bytes, hex."""
    size = models.BigIntegerField()
    """Bytes."""
    behaviour = models.CharField(max_length=10)
    """rollback or proceed."""
    actor = models.CharField(max_length=100, db_index=True)
    """Name of the key that it came with."""
    created = models.CharField(max_length=20, db_index=True)
    """When it was accepted, UTC."""
    finished = models.CharField(max_length=20)
    """When its job ended, UTC; empty before."""
    running = models.BooleanField(default=True, db_index=True)
    """Whether its job is not ended."""
    success = models.BooleanField(default=True)
    """Whether no error was found so far."""
    events = models.BigIntegerField(default=0)
    """Events taken."""
    errors = models.TextField()
    """JSON: problems (RFC 7807) of events that were not taken."""

    class Meta:
        db_table = "api_capture"
        ordering = ("-created", "number")


class QueryRow(models.Model):
    """A named query."""

    name = models.CharField(max_length=100, primary_key=True)
    """Its name."""
    query = models.TextField()
    """JSON: parameter -> value."""
    created = models.CharField(max_length=20)
    """When, UTC."""
    actor = models.CharField(max_length=100)
    """Name of the key that made it."""

    class Meta:
        db_table = "api_query"
        ordering = ("name",)


class SubscriptionRow(models.Model):
    """Somebody who wants to hear of a query's new events."""

    number = models.CharField(max_length=32, primary_key=True)
    """Random, hex: the subscriptionID."""
    query = models.CharField(max_length=100, db_index=True)
    """Name of the query."""
    dest = models.TextField()
    """Where results are sent."""
    token = models.TextField()
    """Secret of the subscriber with which results are signed; empty for none."""
    schedule = models.TextField()
    """JSON: second, minute, hour, dayOfMonth, month, dayOfWeek; empty for a stream."""
    report_if_empty = models.BooleanField(default=False)
    """Whether an empty result is sent too."""
    cursor = models.BigIntegerField()
    """Index of the last ledger entry whose source was looked at."""
    since = models.CharField(max_length=20)
    """Only what was recorded at or after this moment, UTC; empty for all after the cursor."""
    created = models.CharField(max_length=20)
    """When, UTC."""
    due = models.CharField(max_length=20)
    """Next moment of the schedule, UTC; empty for a stream."""
    notified = models.CharField(max_length=20)
    """When a result was last taken by the other side, UTC; empty for never."""
    actor = models.CharField(max_length=100)
    """Name of the key that subscribed."""

    class Meta:
        db_table = "api_subscription"
        ordering = ("created", "number")


class DeliveryRow(models.Model):
    """One attempt to deliver."""

    subscription = models.CharField(max_length=32, db_index=True)
    """Its subscriptionID."""
    at = models.CharField(max_length=20)
    """When, UTC."""
    events = models.IntegerField()
    """How many events it held."""
    told = models.CharField(max_length=300)
    """What came of it: the status, or why there is none."""
    ok = models.BooleanField()
    """Whether the other side took it."""

    class Meta:
        db_table = "api_delivery"
        ordering = ("-id",)
