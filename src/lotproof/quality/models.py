"""Read models: what lists, searches and reminders ask. Each row follows from the ledger alone (`projection.py`)."""

from __future__ import annotations

from django.db import models


class CaseRow(models.Model):
    """A case in a list."""

    number = models.CharField(max_length=40, primary_key=True)
    """INC-2026-0147."""
    state = models.CharField(max_length=20, db_index=True)
    """Where it stands."""
    severity = models.CharField(max_length=10)
    """critical, major or minor."""
    title = models.CharField(max_length=500)
    """What it is about."""
    lots = models.TextField()
    """Lots, one a line."""
    opened = models.CharField(max_length=20, db_index=True)
    """When, UTC."""
    closed = models.CharField(max_length=20, null=True)
    """When, UTC; null while it runs."""
    seq = models.BigIntegerField()
    """Entries of its stream."""
    codes = models.TextField()
    """Finding codes, one a line."""
    cause = models.TextField()
    """Root causes as recorded; empty before."""
    action = models.TextField()
    """Corrective actions; empty before."""
    effect = models.CharField(max_length=20)
    """Verdict of the last check of the effect; empty before."""
    missing = models.TextField()
    """Items of the readiness list that are missing, one a line."""

    class Meta:
        db_table = "quality_case"
        ordering = ("-number",)


class ClockRow(models.Model):
    """A clock of a case, or of a signal that no case has taken on."""

    case = models.CharField(max_length=40, db_index=True)
    """Number of the case or signal."""
    name = models.CharField(max_length=40)
    """Name of the clock."""
    since = models.CharField(max_length=20)
    """When it began, UTC."""
    due = models.CharField(max_length=20, db_index=True)
    """When it ends, UTC."""
    ended = models.CharField(max_length=20, null=True)
    """When it was answered; null while it runs."""

    class Meta:
        db_table = "quality_clock"
        ordering = ("due", "case", "name")


class HoldRow(models.Model):
    """Something on hold."""

    case = models.CharField(max_length=40, db_index=True)
    """Number of the case."""
    index = models.BigIntegerField()
    """Entry that put it on hold."""
    item = models.CharField(max_length=200, db_index=True)
    """As it was entered."""
    since = models.CharField(max_length=20)
    """From when, UTC."""
    released = models.CharField(max_length=20, null=True)
    """When it was released, UTC; null while it is held."""

    class Meta:
        db_table = "quality_hold"
        ordering = ("case", "index", "id")


class ActionRow(models.Model):
    """A planned action."""

    case = models.CharField(max_length=40, db_index=True)
    """Number of the case."""
    index = models.BigIntegerField()
    """Entry that planned it."""
    type = models.CharField(max_length=20)
    """correction, corrective or preventive."""
    what = models.TextField()
    """What is done."""
    owner = models.CharField(max_length=100, db_index=True)
    """Identifier of the owner."""
    due = models.CharField(max_length=10, db_index=True)
    """Calendar day."""
    done = models.CharField(max_length=20, null=True)
    """When it was reported as done, UTC."""

    class Meta:
        db_table = "quality_action"
        ordering = ("due", "case", "index")


class RecordRow(models.Model):
    """A record of another book in a list: session, procedure, audit, alarm."""

    number = models.CharField(max_length=40, primary_key=True)
    """VER-2026-0012."""
    book = models.CharField(max_length=10, db_index=True)
    """What its number begins with."""
    state = models.CharField(max_length=20, db_index=True)
    """Where it stands."""
    title = models.CharField(max_length=500)
    """What it is about."""
    kind = models.CharField(max_length=100, db_index=True)
    """Of which kind within its book: the type of an audit, the priority of an alarm; empty where there are none."""
    key = models.CharField(max_length=300, db_index=True)
    """What makes it one and the same: KPI and condition of an alarm; empty where numbers alone do."""
    about = models.CharField(max_length=500, db_index=True)
    """What it concerns: a lot, an incident, a KPI; empty where nothing is named."""
    due = models.CharField(max_length=20, db_index=True)
    """Day or moment by which it asks for something; empty where none is."""
    opened = models.CharField(max_length=20, db_index=True)
    """When, UTC."""
    closed = models.CharField(max_length=20, null=True)
    """When, UTC; null while it runs."""
    seq = models.BigIntegerField()
    """Entries of its stream."""

    class Meta:
        db_table = "quality_record"
        ordering = ("-opened", "number")


class TrainingRow(models.Model):
    """A person and a procedure that they need or were trained on."""

    case = models.CharField(max_length=40, db_index=True)
    """Number of the procedure."""
    person = models.CharField(max_length=100, db_index=True)
    """Code of the person."""
    version = models.CharField(max_length=100)
    """Version that they were trained on last; empty where on none."""
    day = models.CharField(max_length=10)
    """Calendar day of that training; empty where there was none."""
    current = models.BooleanField()
    """Whether that is the version in force."""
    due = models.CharField(max_length=10, db_index=True)
    """Calendar day by which they have to be trained, or trained again; empty where they do not have to."""

    class Meta:
        db_table = "quality_training"
        ordering = ("person", "case")


class SignalRow(models.Model):
    """A signal."""

    number = models.CharField(max_length=40, primary_key=True)
    """SIG-2026-0012."""
    key = models.CharField(max_length=300, unique=True)
    """What makes it one signal: findings of one code in one lot are one."""
    origin = models.CharField(max_length=20)
    """finding, alarm, authority, partner or person."""
    code = models.CharField(max_length=20, db_index=True)
    """Finding code, empty where there is none."""
    lot = models.CharField(max_length=100, db_index=True)
    """Lot, empty where there is none."""
    severity = models.CharField(max_length=10)
    """critical, major, minor."""
    sentence = models.TextField()
    """What it says."""
    count = models.BigIntegerField()
    """Items that it counts now."""
    raised = models.CharField(max_length=20, db_index=True)
    """When it was raised first, UTC."""
    state = models.CharField(max_length=20, db_index=True)
    """new, incident or explained."""
    case = models.CharField(max_length=40, db_index=True)
    """The case that it became, empty where there is none."""
    why = models.TextField()
    """Why it is explained."""

    class Meta:
        db_table = "quality_signal"
        ordering = ("-raised", "number")
