from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0012_failed_by"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="escalation", index=models.Index(fields=["at"], name="duties_escalated")
        ),
    ]
