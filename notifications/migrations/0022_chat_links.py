"""Links that open a chat; a word more among the purposes, nothing in the table changes."""

from django.db import migrations, models

PURPOSES = ("SURVEY", "VISIT", "PREFERENCES", "UNSUBSCRIBE", "COMPLAINT", "CHAT")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0021_message_rerouting")]

    operations = [
        migrations.AlterField(
            model_name="ownerlink",
            name="purpose",
            field=models.CharField(choices=[(one, one.capitalize()) for one in PURPOSES], max_length=11),
        ),
    ]
