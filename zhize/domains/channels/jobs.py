"""What the desks do by themselves."""

from __future__ import annotations

from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import Line
from zhize.domains.channels.services import hooks, mailboxes, releasing
from zhize.kernel import access, jobs


@jobs.periodic("channels.fetch_mail", every_minutes=1, retries=0)
def fetch_mail() -> None:
    """Take in what is new in the mailbox; come again at once while there is more."""
    if mailboxes.fetch(actor=access.system(caps.MAIL, channel="mail")) >= mailboxes.BATCH:
        jobs.defer("channels.fetch_mail", unique="channels.fetch_mail", lock="channels.fetch_mail")


@jobs.task("channels.release_paused")
def release_paused(line_id: int) -> None:
    """Take in what arrived while a line was paused."""
    line = Line.objects.get(pk=line_id)
    releasing.release_paused(actor=access.system(caps.MAIL, channel="mail"), line=line)


@jobs.periodic("channels.forget", cron="25 4 * * *")
def forget() -> None:
    """Messages of webhooks are not kept longer than anybody looks into them."""
    hooks.forget_bodies()
