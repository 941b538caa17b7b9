"""Callbacks, opinions and visit plans through the API."""

from __future__ import annotations

from zhize import rest
from zhize.domains.visits.api import callbacks, plans

router = rest.Router("visits")
router.add_router("", callbacks.router)
router.add_router("", plans.router)
