"""A message that did not arrive goes over the next channel. Both indexes are empty when they are built."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0020_message_costs")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="instead_of_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="reroute_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("instead_of_id__isnull", False)),
                fields=("instead_of_id",),
                name="message_rerouted_once",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("reroute_at__isnull", False)), fields=["reroute_at"], name="message_reroute"
            ),
        ),
    ]
