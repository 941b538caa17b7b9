"""Every minute the thresholds whose moment has come are told."""

from __future__ import annotations

from zhize.kernel import jobs
from zhize.kernel.clocks import ticking


@jobs.periodic("clocks.tick", every_minutes=1)
def tick() -> None:
    ticking.tick()
