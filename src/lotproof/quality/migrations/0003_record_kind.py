"""Kind and key of a record in lists; lotproof doctor --replay --mend fills them for records of before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_books")]

    operations = [
        migrations.AddField("recordrow", "kind", models.CharField(db_index=True, default="", max_length=100), preserve_default=False),
        migrations.AddField("recordrow", "key", models.CharField(db_index=True, default="", max_length=300), preserve_default=False),
    ]
