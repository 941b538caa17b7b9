"""The address of the rows behind a figure."""

from __future__ import annotations

from zhize.kernel.measures import Result
from zhize.kernel.org.models import Unit


def drill(result: Result, unit: Unit) -> str:
    """The list behind a result: its unit with all below it."""
    return result.url(under=unit.pk)
