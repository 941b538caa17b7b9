"""Recurring duties are owed from a moment on; what is planned ahead may be provisional."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("duties", "0002_fixed")]
    operations = [
        migrations.AddField("duty", "owed_from", models.DateTimeField(null=True)),
        migrations.AddField("obligation", "provisional", models.BooleanField(default=False)),
        migrations.AddIndex(
            "obligation",
            models.Index(
                fields=["due_at"],
                name="duties_recurring_open",
                condition=Q(slot__isnull=False, ended_at__isnull=True),
            ),
        ),
        # What is there already begins now: nobody was told of the slots of the past, so nobody missed them.
        migrations.RunSQL("UPDATE duties_duty SET owed_from = now()", migrations.RunSQL.noop),
    ]
