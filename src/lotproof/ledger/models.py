"""The ledger's table. Triggers in the database refuse UPDATE and DELETE; rows come from `store.append` alone."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One entry of the log: its bytes, and what is needed to find it."""

    index = models.BigIntegerField(primary_key=True)
    """Place in the log, from 0 without a gap."""
    leaf_hash = models.BinaryField(max_length=32)
    """RFC 6962 leaf hash of the bytes."""
    data = models.BinaryField()
    """Canonical JSON."""
    kind = models.CharField(max_length=40)
    """Kind of the entry."""
    stream = models.CharField(max_length=200)
    """Stream it belongs to."""
    seq = models.BigIntegerField()
    """Place in the stream, from 1 without a gap."""

    class Meta:
        db_table = "ledger_entry"
        ordering = ("index",)
        constraints = (models.UniqueConstraint(fields=("stream", "seq"), name="ledger_entry_stream_seq"),)
        indexes = (models.Index(fields=["kind", "index"], name="ledger_entry_kind"),)
