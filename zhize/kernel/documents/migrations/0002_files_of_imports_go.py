"""The file of an import may be forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("documents", "0001_initial"),
        ("files", "0001_initial"),
    )

    operations = (
        migrations.AlterField(
            model_name="importrun",
            name="blob",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="+", to="files.blob"
            ),
        ),
    )
