"""The append-only table of the ledger, with the triggers that keep it so on SQLite and PostgreSQL."""

from django.db import migrations, models

SQLITE = [
    f"""CREATE TRIGGER ledger_entry_no_{verb.lower()} BEFORE {verb} ON ledger_entry
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {verb} is refused'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE FUNCTION ledger_entry_refuse() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'the ledger is append-only: % is refused', TG_OP; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()""",
    """CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_refuse()""",
]


def add_triggers(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        # None, not (): with parameters PostgreSQL's driver would take the % of RAISE for a placeholder.
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("leaf_hash", models.BinaryField(max_length=32)),
                ("data", models.BinaryField()),
                ("kind", models.CharField(max_length=40)),
                ("stream", models.CharField(max_length=200)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "db_table": "ledger_entry",
                "ordering": ("index",),
                "constraints": [models.UniqueConstraint(fields=("stream", "seq"), name="ledger_entry_stream_seq")],
            },
        ),
        # The ledger begins here and can never be taken back: undoing the table would destroy evidence.
        migrations.RunPython(add_triggers, reverse_code=None, atomic=False),
    ]
