"""What follows when a draft was applied."""

from __future__ import annotations

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services
from zhize.kernel import access, history
from zhize.kernel.history.models import Entry


@history.after("jobdraft.applied")
def schedule(entry: Entry) -> None:
    """The new recurring duties are owed at once, not with the next hourly run."""
    services.schedule(actor=access.system(caps.SCHEDULE), only=entry.data.get("duties", ()))
