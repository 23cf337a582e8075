"""Entries of a kind are found without reading the whole log: signatures, anchors, records."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["kind", "index"], name="ledger_entry_kind")),
    ]
