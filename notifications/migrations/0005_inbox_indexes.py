import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_conversation_modes")]

    operations = [
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["mode", "-last_message_at"], name="conversation_by_mode"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("assignee_id__isnull", False)),
                fields=["assignee_id", "-last_message_at"],
                name="conversation_of_person",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("unread_count__gt", 0)), fields=["id"], name="conversation_unread"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["address"], name="conversation_address_part", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
