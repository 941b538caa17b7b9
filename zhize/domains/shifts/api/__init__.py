"""Leave and handing over through the API."""

from __future__ import annotations

from zhize import rest
from zhize.domains.shifts.api import leave, logs, takeovers

router = rest.Router("shifts")
router.add_router("", leave.router)
router.add_router("", logs.router)
router.add_router("", takeovers.router)
