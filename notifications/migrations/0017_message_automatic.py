from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0016_channel_health")]

    # With a default of the database's own, so that no row is rewritten.
    operations = [
        migrations.AddField(
            model_name="message",
            name="is_automatic",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
