"""`zhize mail`: take in raw messages by hand, through the same way as those of the mailbox."""

from __future__ import annotations

import mailbox as standard
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhize.domains.channels import capabilities as caps
from zhize.domains.channels import services as channels
from zhize.domains.channels.kinds import MailOutcome
from zhize.domains.channels.services import mailboxes
from zhize.kernel import access


class Command(BaseCommand):
    help = "take in raw messages (FILE, folder or mbox), or fetch the mailbox now"

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        ingest = commands.add_parser("ingest", help="take in messages, one line each")
        ingest.add_argument("paths", nargs="+", metavar="FILE|DIR", type=Path)
        commands.add_parser("fetch", help="take in what is new in the mailbox of ZHIZE_IMAP_URL")

    def handle(self, *_args: Any, command: str, **options: Any) -> None:
        actor = access.system(caps.MAIL, channel="mail")
        if command == "fetch":
            self.stdout.write(f"{mailboxes.fetch(actor=actor)} new")
            return
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"no such file: {', '.join(missing)}")
        unread = 0
        for name, raw in messages(options["paths"]):
            if raw is None:
                unread += 1
                self.stdout.write(f"{name}: cannot be opened")
                continue
            try:
                taken = channels.take_in_mail(actor=actor, arrival=channels.Arrival(raw))
            except channels.NoUnit as problem:
                raise CommandError(str(problem.message)) from problem
            self.stdout.write(f"{name}: {said(taken)}")
        if unread:
            raise CommandError(f"{unread} files could not be opened")


def said(taken: channels.Taken) -> str:
    """What became of a message, in one line of words that scripts may rely on."""
    mail = taken.mail
    number = mail.case.number if mail.case else ""
    why = mail.reason + (f": {mail.detail}" if mail.detail else "")
    if not taken.fresh and mail.outcome == MailOutcome.QUARANTINED:
        return f"quarantined ({why}; seen before)"
    if not taken.fresh:
        return f"ignored (duplicate{f' of {number}' if number else ''})"
    match mail.outcome:
        case MailOutcome.OPENED:
            linked = (
                " (sender unknown in the case it answers: linked for review)"
                if mail.reason == "linked"
                else ""
            )
            return f"case {number}{linked}"
        case MailOutcome.JOINED:
            return f"joined case {number}"
        case MailOutcome.IGNORED:
            return f"ignored ({why})" + (f" case {number}" if number else "")
        case _:
            return f"quarantined ({why})"


def messages(paths: list[Path]) -> Iterator[tuple[str, bytes | None]]:
    """Every message under the paths, in a stable order; an .mbox file holds many."""
    for given in paths:
        files = [given] if given.is_file() else sorted(path for path in given.rglob("*") if path.is_file())
        for path in files:
            if any(part.startswith(".") for part in path.relative_to(given).parts):
                continue
            if path.suffix == ".mbox":
                box = standard.mbox(path, create=False)
                for number, key in enumerate(box.keys(), 1):
                    yield f"{path}#{number}", box.get_bytes(key)
                continue
            try:
                yield str(path), path.read_bytes()
            except OSError:
                yield str(path), None
