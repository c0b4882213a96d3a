from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0029_account_of_shared_sender")]

    operations = [
        # A default of the database's: rows there already are not rewritten.
        migrations.AddField(
            model_name="message",
            name="template",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
