"""What duties do by the clock. Each service may run twice; its rows and constraints are the lock."""

from __future__ import annotations

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services
from zhize.kernel import access, jobs


@jobs.periodic("duties.schedule", every_minutes=60, late_after_minutes=30)
def schedule() -> None:
    """Make the slots of recurring duties for the weeks ahead, and ask for the declarations of standing ones."""
    services.schedule(actor=access.system(caps.SCHEDULE))
    services.open_declarations(actor=access.system(caps.SCHEDULE))


@jobs.periodic("duties.miss", every_minutes=30)
def miss() -> None:
    """Record what was not done until its grace had passed."""
    services.miss_due(actor=access.system(caps.SCHEDULE))


@jobs.periodic("duties.readers", every_minutes=60, late_after_minutes=60)
def readers() -> None:
    """Ask those whose appointment began today to read and sign, let go those whose ended."""
    services.follow_readers(actor=access.system(caps.TRIGGER))
