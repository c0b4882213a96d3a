from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_manufacturer_accent")]

    operations = [
        migrations.CreateModel(
            name="Leftover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=30, unique=True)),
                ("schema", models.CharField(max_length=40, unique=True)),
            ],
        ),
    ]
