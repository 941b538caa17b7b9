from __future__ import annotations

from typing import ClassVar

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_buckets_unlogged")]
    operations: ClassVar = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("login"), name="accounts_login_once_in_any_case"
            ),
        )
    ]
