"""`zhize person copy|erase NUMBER`: hand out all data of one customer, or take the person out for good."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Customer
from zhize.kernel import access
from zhize.kernel.db import DomainError


class Command(BaseCommand):
    help = "hand out or erase the data of one customer"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        copy = verbs.add_parser("copy", help="write everything that is kept about a customer into a zip")
        copy.add_argument("number", help="the customer's number, KH00000001")
        copy.add_argument("--to", required=True, help="the file to write")
        erase = verbs.add_parser("erase", help="erase the personal data; what the business counts stays")
        erase.add_argument("number", help="the customer's number, KH00000001")
        erase.add_argument(
            "--reason", required=True, help="on what ground, e.g. the person's request of a day"
        )
        erase.add_argument("--yes", action="store_true", help="really: it cannot be undone")

    def handle(self, *args: Any, **options: Any) -> None:
        digits = options["number"].upper().removeprefix("KH")
        customer = Customer.objects.filter(pk=int(digits)).first() if digits.isdecimal() else None
        if customer is None:
            raise CommandError(f"no such customer: {options['number']}")
        actor = access.system(caps.CLI, channel="cli")
        try:
            if options["verb"] == "copy":
                Path(options["to"]).write_bytes(services.copy_of(actor=actor, customer=customer))
                self.stdout.write(options["to"])
            elif not options["yes"]:
                raise CommandError(f"erase {customer.number} for good? Say --yes")
            else:
                count = services.erase(actor=actor, customer=customer, reason=options["reason"])
                self.stdout.write(f"{count} rows")
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
