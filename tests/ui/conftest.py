"""Somebody who may open the gallery, whose list and form stand for all lists and forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.kit import people
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
IN_DRAWER = {**HTMX, "HX-Target": "div#drawer-body"}
IN_DIALOG = {**HTMX, "HX-Target": "div#dialog-body"}
IN_LIST = {**HTMX, "HX-Target": "section#list"}


@pytest.fixture(autouse=True)
def _only_the_kit(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.ui.urls"


@pytest.fixture
def user(db: Any) -> User:
    """Holds one position that may see the gallery."""
    return people.somebody({"ui.gallery": "all"})


@pytest.fixture
def client(user: User) -> Client:
    made = Client()
    made.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def rows(user: User) -> list[Grant]:
    """Twenty-five more rows for the sample list."""
    held = people.position(people.unit())
    return Grant.objects.bulk_create(
        Grant(position=held, capability=f"sample.{number:02}", scope="own" if number % 2 else "all")
        for number in range(25)
    )
