"""What machines ask, and what strangers may do to the figures by asking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import prometheus_client
import pytest
from django.conf import settings as django_settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer 错"])
def test_only_the_token_opens_the_figures(settings: Any, client: Client, given: str) -> None:
    settings.CONFIG = replace(django_settings.CONFIG, metrics_token="secret")
    header = given.encode().decode("latin-1")  # as a web server hands it on
    assert client.get("/metrics", HTTP_AUTHORIZATION=header).status_code == 403
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer secret").status_code == 200


def test_invented_methods_make_no_figures_of_their_own(client: Client) -> None:
    for number in range(3):
        assert client.generic(f"BREW{number}", "/healthz").status_code == 405
    text = prometheus_client.generate_latest().decode()
    assert "BREW" not in text
    assert 'method="other",route="healthz",status="405"' in text
