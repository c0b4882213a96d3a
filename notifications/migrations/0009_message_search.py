"""Search by words: over what people wrote alone, a small part of a dealer's messages, so the build is short."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

import core.customers.models

PEOPLES_WORDS = models.Q(("direction", "IN"), ("actor__startswith", "user:"), _connector="OR")


class Migration(migrations.Migration):
    dependencies = [("core", "0012_task_reply"), ("notifications", "0008_canned_answers")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=PEOPLES_WORDS, fields=["text"], name="message_text_part", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                core.customers.models.StringToArray(django.db.models.functions.text.Lower("text")),
                condition=models.Q(PEOPLES_WORDS, ("text__regex", "[^\\x01-\\x7f]")),
                name="message_text_chars",
            ),
        ),
    ]
