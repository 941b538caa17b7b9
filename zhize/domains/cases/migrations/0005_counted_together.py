from django.db import migrations, models

COUNTED = (
    "id",
    "owner",
    "owner_position",
    "satisfaction",
    "reopen_count",
    "is_late",
    "category",
    "nature",
    "subtype",
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_counted"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_accepted"),
        migrations.RemoveIndex(model_name="case", name="case_closed"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["unit", "accepted_at"],
                include=(
                    "closed_at",
                    "answered_at",
                    "repeat_of",
                    *COUNTED,
                    "repeats_class",
                    "is_major",
                    "channel",
                    "type_code",
                ),
                name="case_accepted",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["unit", "closed_at"], include=("accepted_at", *COUNTED), name="case_closed"
            ),
        ),
    ]
