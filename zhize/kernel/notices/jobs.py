"""Messages leave by jobs, so that a slow or dead mail server holds nobody up."""

from __future__ import annotations

from zhize.kernel import jobs
from zhize.kernel.notices import delivering


@jobs.task("notices.mail", queue="outgoing", priority=5)
def mail() -> None:
    """Send due mails, one worker at a time."""
    delivering.send_mails()


@jobs.task("notices.push", queue="outgoing", retries=2)
def push(delivery_id: int) -> None:
    """Send one message by the notification library."""
    delivering.push(delivery_id)


@jobs.periodic("notices.sweep", every_minutes=1)
def sweep() -> None:
    """Find what waited: quiet hours, a failure, a lost job."""
    delivering.sweep()
