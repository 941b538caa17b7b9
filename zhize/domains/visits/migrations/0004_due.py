from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_not_rated")]

    operations = [
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(fields=["unit", "due_at"], name="visits_callback_due"),
        ),
    ]
