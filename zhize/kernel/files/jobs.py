"""The store keeps itself in order."""

from __future__ import annotations

from zhize.kernel import jobs
from zhize.kernel.files import keeping


@jobs.periodic("files.sweep", cron="20 3 * * *")
def sweep() -> None:
    """Take away contents that nobody refers to."""
    while keeping.sweep(limit=500) == 500:
        pass


@jobs.periodic("files.scan", every_minutes=10)
def scan() -> None:
    """Scan what was stored while the scanner did not answer."""
    keeping.scan_waiting()
