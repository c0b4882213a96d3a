"""Only a name for the way back from a due row to its decisions; the tables stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_message_search")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="due",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="notifications.due",
            ),
        ),
    ]
