"""The contract that is checked in is the one that is served."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.test import Client

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import openapi

from zhize.rest.schema import Schema


def test_the_file_is_up_to_date() -> None:
    assert openapi.PAGE.read_text("utf-8") == openapi.render(), "run make reference"


def test_it_is_what_an_installation_serves(client: Client) -> None:
    served = client.get("/api/v1/openapi.json", headers={"accept-language": "en"}).json()
    assert served == json.loads(openapi.PAGE.read_text("utf-8"))


def test_no_two_schemas_share_a_name() -> None:
    """The document has one place for each name: of two, it would describe the operations of one by the other."""
    named = Counter(each.__name__ for each in _below(Schema) if each.__module__.startswith("zhize."))
    assert [name for name, times in named.items() if times > 1] == []


def _below(schema: type[Schema]) -> Iterator[type[Schema]]:
    for each in schema.__subclasses__():
        yield each
        yield from _below(each)
