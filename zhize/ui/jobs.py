"""Housekeeping of the kit."""

from __future__ import annotations

from zhize.kernel import jobs
from zhize.ui import services


@jobs.periodic("ui.tidy", cron="20 3 * * *")
def tidy() -> None:
    """Throw away drafts and form tokens that nobody needs any more."""
    services.tidy()
