from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0017_message_automatic")]

    # Without a default, so that no row is rewritten.
    operations = [
        migrations.AddField(
            model_name="message",
            name="preferences_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
