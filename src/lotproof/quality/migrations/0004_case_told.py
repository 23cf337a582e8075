"""What lists tell of an incident beside its state."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quality", "0003_record_kind")]

    operations = [
        *(
            migrations.AddField("caserow", name, models.TextField(default=""), preserve_default=False)
            for name in ("codes", "cause", "action", "missing")
        ),
        migrations.AddField("caserow", "effect", models.CharField(default="", max_length=20), preserve_default=False),
    ]
