from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0013_sealed_settings")]

    operations = [
        migrations.AddIndex(
            model_name="ownerlink",
            index=models.Index(fields=["expires_at"], name="owner_link_ends"),
        ),
    ]
