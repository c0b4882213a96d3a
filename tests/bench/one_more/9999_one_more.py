from pathlib import Path

from django.db import migrations, models

from api import migrations as own


class Migration(migrations.Migration):
    dependencies = [("api", max(path.stem for path in Path(own.__path__[0]).glob("[0-9]*.py")))]

    operations = [
        migrations.AddIndex(
            model_name="idempotentcall", index=models.Index(fields=["status"], name="idempotent_call_one_more")
        ),
    ]
