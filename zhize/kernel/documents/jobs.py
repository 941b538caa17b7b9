"""Imports run in the background, some hundred rows at a time, so that other jobs get their turn."""

from __future__ import annotations

from zhize.kernel import jobs
from zhize.kernel.documents.imports import running, services


@jobs.task("imports.try", retries=8)
def try_rows(run_id: int) -> None:
    """Try the next rows without effect; comes back until all are tried."""
    if running.try_some(run_id):
        jobs.defer("imports.try", run_id=run_id)


@jobs.task("imports.carry_out", retries=8)
def carry_out_rows(run_id: int) -> None:
    """Carry out the next rows; comes back until all are done."""
    if running.carry_out_some(run_id):
        jobs.defer("imports.carry_out", run_id=run_id)


@jobs.periodic("imports.forget", cron="15 4 * * *")
def forget() -> None:
    """What was in the tables is not kept longer than somebody may still want to correct it."""
    services.forget_old()
