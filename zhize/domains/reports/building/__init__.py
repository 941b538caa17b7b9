"""From a layout, a unit and a period to a sheet with data, with the address of the rows behind every figure."""

from __future__ import annotations

from zhize.domains.reports.building.making import BOOKED, FROZEN, SHOWN, Making, build
from zhize.domains.reports.building.printing import as_sheet

__all__ = ["BOOKED", "FROZEN", "SHOWN", "Making", "as_sheet", "build"]
