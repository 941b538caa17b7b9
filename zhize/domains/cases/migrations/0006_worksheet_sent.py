from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_counted_together"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="worksheet", index=models.Index(fields=["sent_at"], name="worksheet_sent")
        ),
    ]
