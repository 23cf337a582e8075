"""What waits, runs and was done."""

from __future__ import annotations

from django.db import models


class JobRow(models.Model):
    """A job."""

    kind = models.CharField(max_length=40, db_index=True)
    """Name of its handler."""
    key = models.CharField(max_length=300, null=True, unique=True)
    """What makes it one: a second one under the same key is the first. Null where it may be put often."""
    given = models.TextField()
    """What the handler needs, JSON."""
    actor = models.CharField(max_length=100)
    """Who asked for it."""
    put = models.CharField(max_length=20)
    """When, UTC."""
    due = models.CharField(max_length=20)
    """Not before this moment, UTC."""
    state = models.CharField(max_length=10)
    """waiting, running, done or failed."""
    beat = models.CharField(max_length=20)
    """When its worker was heard of last, UTC; empty before one took it."""
    worker = models.CharField(max_length=40)
    """Which worker has it or had it."""
    tries = models.IntegerField(default=0)
    """How often it was begun."""
    done = models.BigIntegerField(default=0)
    """How much of it is done, of ``of``."""
    of = models.BigIntegerField(default=0)
    """How much there is to do; 0 where nobody knows."""
    told = models.TextField()
    """What it does now, or what went wrong."""
    result = models.TextField()
    """What the handler gave, JSON; empty before the end."""

    class Meta:
        db_table = "jobs_job"
        ordering = ("-id",)
        indexes = [models.Index(fields=["state", "due"], name="jobs_state_due")]


class WorkerRow(models.Model):
    """A worker, for the question whether one is there."""

    name = models.CharField(max_length=40, primary_key=True)
    """Random."""
    seen = models.CharField(max_length=20, db_index=True)
    """When it was heard of last, UTC."""

    class Meta:
        db_table = "jobs_worker"
