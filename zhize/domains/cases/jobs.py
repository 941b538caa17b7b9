"""What cases do by the clock."""

from __future__ import annotations

from zhize.domains.cases import services
from zhize.kernel import access, jobs

RESUME = access.system_actor("cases.resume", caps={"case.view"})


@jobs.periodic("cases.resume", every_minutes=5)
def resume() -> None:
    """Take up again what was paused until now."""
    services.resume_due(actor=access.system(RESUME))
