"""What a provider says that a message cost, beside our own estimate. Both columns are added without a rewrite."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0024_walls_by_medium")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="charged_minor",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="charged_currency",
            field=models.CharField(db_default="", default="", max_length=3),
        ),
    ]
