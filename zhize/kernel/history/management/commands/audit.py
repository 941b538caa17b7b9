"""`zhize audit verify`: walks the hash chain of the event log."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zhize.kernel.history import chain


class Command(BaseCommand):
    help = "Check the event log: `verify` walks its hash chain, `seal` chains what is not chained yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify", "seal"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "seal":
            self.stdout.write(f"{chain.seal(1_000_000)} entries sealed")
            return
        faults = 0
        for fault in chain.verify():
            faults += 1
            self.stdout.write(f"link {fault.number}, entry {fault.entry_id}: {fault.problem}")
        self.stdout.write("the chain holds" if not faults else f"{faults} faults")
        if faults:
            raise SystemExit(1)
