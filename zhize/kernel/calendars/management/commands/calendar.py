"""`zhize calendar load FILE` keeps an official year; `zhize calendar check YEAR` says whether it is known."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhize.kernel import access
from zhize.kernel.calendars import capabilities, official, selectors, services
from zhize.kernel.db import DomainError


class Command(BaseCommand):
    help = "official holidays and make-up workdays: load a year from a file, or check whether a year is known"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="keep the official days in a CSV or YAML file")
        load.add_argument("file", type=Path)
        check = verbs.add_parser(
            "check", help="say what is known of a year; exit code 1 when something is missing"
        )
        check.add_argument("year", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "load":
            self._load(options["file"])
        else:
            self._check(options["year"])

    def _load(self, file: Path) -> None:
        try:
            days = official.read_file(file.name, file.read_text(encoding="utf-8-sig"))
            actor = access.system(capabilities.REFRESH, channel="cli")
            changed = services.load_official(actor=actor, days=days, source=file.name)
        except (OSError, UnicodeDecodeError, DomainError) as error:
            raise CommandError(str(error)) from None
        for year, listed in sorted(days.items()):
            self.stdout.write(f"{year}: {len(listed)} days loaded")
        for calendar in changed:
            self.stdout.write(f"calendar changed: {calendar}")

    def _check(self, year: int) -> None:
        known = selectors.check_year(year)
        if not known.published:
            raise CommandError(f"{year}: not published, or not loaded; calendars use the weekly pattern")
        self.stdout.write(
            f"{year}: {known.holidays} days off, {known.workdays} make-up workdays ({known.source})"
        )
        if known.behind:
            names = ", ".join(str(calendar) for calendar in known.behind)
            raise CommandError(f"{year} is missing in: {names}")
