"""Meetings, talks and proposals through the API."""

from __future__ import annotations

from zhize import rest
from zhize.domains.meetings.api import meetings, proposals, talks

router = rest.Router("meetings")
router.add_router("", meetings.router)
router.add_router("", talks.router)
router.add_router("", proposals.router)
