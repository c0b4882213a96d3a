"""What caps and closed countries kept back is counted by an index that holds nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0025_message_charges")]

    operations = [
        # Partial: few decisions are of texting, so that it is small where there are millions of others.
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(
                    (
                        "rule__in",
                        [
                            "COUNTRY_CLOSED",
                            "NUMBER_DEAR",
                            "TEXTS_PER_DEALER",
                            "TEXTS_PER_ACCOUNT",
                            "TEXTS_PER_NUMBER",
                            "NUMBERS_PER_BLOCK",
                        ],
                    )
                ),
                fields=["decided_at"],
                name="decision_texting",
            ),
        ),
    ]
