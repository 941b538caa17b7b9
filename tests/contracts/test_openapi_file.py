"""The contract that is checked in is the one that is served."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from django.test import Client

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import openapi


def test_the_file_is_up_to_date() -> None:
    assert openapi.PAGE.read_text("utf-8") == openapi.render(), "run make reference"


def test_it_is_what_an_installation_serves(client: Client) -> None:
    served = client.get("/api/v1/openapi.json", headers={"accept-language": "en"}).json()
    assert served == json.loads(openapi.PAGE.read_text("utf-8"))
