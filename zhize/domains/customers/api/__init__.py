"""Customers and premises through the API."""

from __future__ import annotations

from zhize import rest
from zhize.domains.customers.api import customers, premises

router = rest.Router("customers")
router.add_router("", customers.router)
router.add_router("", premises.router)
