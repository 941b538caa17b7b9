"""Browsers and programs of the property centre's people."""

from __future__ import annotations

from django.test import Client

from tests.rest.kit import ApiClient
from zhize.kernel.accounts.models import User


def browser(login: str, language: str = "zh-CN") -> Client:
    made = Client(headers={"Accept-Language": language})
    made.force_login(User.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return made


def api(login: str) -> ApiClient:
    return ApiClient(User.objects.get(login=login))
