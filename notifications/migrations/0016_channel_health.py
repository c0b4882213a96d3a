from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0015_shipped_answers")]

    operations = [
        migrations.AddIndex(
            model_name="inboundevent",
            index=models.Index(
                fields=["account", "-received_at"], name="inbound_event_receipt", condition=models.Q(kind="RECEIPT")
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["account", "-id"],
                name="message_trouble",
                condition=models.Q(direction="OUT") & ~models.Q(error=""),
            ),
        ),
    ]
