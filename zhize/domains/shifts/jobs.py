"""What leave and handing over do by the clock."""

from __future__ import annotations

from zhize.domains.shifts import capabilities as caps
from zhize.domains.shifts import services
from zhize.domains.shifts.services import takeovers
from zhize.kernel import access, jobs


@jobs.periodic("shifts.begin_due", every_minutes=15)
def begin_due() -> None:
    """On the first day of a leave the deputy is told again."""
    services.begin_due(actor=access.system(caps.FOLLOW))


@jobs.periodic("shifts.reroute", every_minutes=15)
def reroute() -> None:
    """Requests that wait for somebody who is away meanwhile go on to the next."""
    services.reroute(actor=access.system(caps.FOLLOW))


@jobs.periodic("shifts.move_due", every_minutes=15)
def move_due() -> None:
    """What was handed over ahead of its day moves when the day begins."""
    takeovers.move_due(actor=access.system(caps.FOLLOW))
