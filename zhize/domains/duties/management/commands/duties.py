"""`zhize duties schedule [--until DAY]`: make the obligations of recurring duties now, as the worker does hourly."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services
from zhize.kernel import access
from zhize.lib import clock


class Command(BaseCommand):
    help = "recurring duties: make the obligations that open until a day"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        schedule = verbs.add_parser("schedule", help="make what opens within the next weeks")
        schedule.add_argument(
            "--until", type=date.fromisoformat, metavar="DAY", help="through this day instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        through: date | None = options["until"]
        if through is not None and through < clock.today():
            raise CommandError("the day lies in the past", returncode=2)
        made = services.schedule(actor=access.system(caps.SCHEDULE, channel="cli"), through=through)
        self.stdout.write(f"{made} obligations made")
