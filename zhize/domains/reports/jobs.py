"""Periodic work of reports."""

from __future__ import annotations

from zhize.domains.reports import capabilities as caps
from zhize.domains.reports import services
from zhize.kernel import access, jobs


@jobs.periodic("reports.open_due", cron="20 * * * *")
def open_due() -> None:
    """Drafts of what is due today are there before anybody looks for them."""
    services.open_due(actor=access.system(caps.CLERK))
