"""Once a day calendars take over official years published since."""

from __future__ import annotations

from zhize.kernel import access, jobs
from zhize.kernel.calendars import capabilities, services


@jobs.periodic("calendars.refresh", cron="20 3 * * *")
def refresh() -> None:
    services.refresh_official(actor=access.system(capabilities.REFRESH))
