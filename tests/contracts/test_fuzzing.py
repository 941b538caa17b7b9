"""Whatever comes in is answered: every operation with bodies drawn from its own schema, every table that is read."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.contracts.test_routes import operations_of_the_api
from tests.kernel.files.contents import polyglots, workbook
from tests.kit import people
from tests.rest.kit import ApiClient
from zhize.kernel import access
from zhize.kernel.db import DomainError
from zhize.kernel.documents import reading
from zhize.rest import urls

QUICK = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
TEXT = st.text(max_size=40) | st.sampled_from(
    ["", " ", "\x00", "‮", "﷽" * 30, "=1+1", "'; DROP TABLE x;--", "\ud800"]
)
ANYTHING = st.none() | st.booleans() | st.integers() | TEXT | st.just([]) | st.just({})


def drawn(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of a schema, now and then something else in their place."""
    if "$ref" in schema:
        return drawn(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, depth)
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return st.one_of([drawn(one, document, depth) for one in choices])
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | TEXT
    kind = schema.get("type")
    if kind == "object" and depth < 3 and schema.get("properties"):
        fields = {name: drawn(one, document, depth + 1) for name, one in schema["properties"].items()}
        required = {name: fields.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(required, optional=fields)
    if kind == "array" and depth < 3:
        return st.lists(drawn(schema["items"], document, depth + 1), max_size=2)
    if kind == "integer":
        return st.integers(-1, 3) | st.sampled_from([2**31, 2**63, 10**30])
    if kind == "number":
        return st.integers(-1, 3) | st.floats(allow_nan=False, allow_infinity=False)
    if kind == "boolean":
        return st.booleans()
    if kind == "string":
        return TEXT | st.sampled_from(["2026-12-01", "2026-12-01T09:00:00+08:00", "0.00", "a@b.example", "x"])
    return ANYTHING


WRITES = [each for each in operations_of_the_api() if each.method != "GET"]


@pytest.mark.django_db
def test_no_operation_fails_on_a_body_drawn_from_its_own_schema() -> None:
    client = ApiClient(people.somebody({item.code: "all" for item in access.all_capabilities()}))
    document = urls.api.get_openapi_schema()
    logging.disable(logging.WARNING)
    try:
        for each in WRITES:
            said = document["paths"][each.path][each.method.lower()]
            content = said.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                _try(client, each, said, drawn(content["schema"], document))
    finally:
        logging.disable(logging.NOTSET)


def _try(client: ApiClient, each: Any, said: dict[str, Any], bodies: st.SearchStrategy[Any]) -> None:
    words = {
        one["name"]: st.sampled_from(one["schema"].get("enum") or ["1", "2", "x"])
        for one in said.get("parameters", ())
        if one["in"] == "path"
    }

    @QUICK
    @given(body=bodies, values=st.fixed_dictionaries(words))
    def once(body: Any, values: dict[str, str]) -> None:
        path = re.sub(r"{(\w+)}", lambda place: values[place.group(1)], each.path.removeprefix("/api/v1"))
        with transaction.atomic():
            answer = client.send(each.method, path, body)
            transaction.set_rollback(True)
        assert answer.status_code < 500, (each.path, body, answer.content)
        assert str(answer.status_code) in said["responses"], (each.path, body, answer.status_code)
        if answer.status_code >= 400:
            assert answer.json()["code"]

    once()


def damaged(place: tuple[int, bytes]) -> bytes:
    """A real workbook with some bytes of it overwritten."""
    at, what = place
    book = workbook()
    at %= len(book)
    return book[:at] + what + book[at + len(what) :]


@settings(QUICK, max_examples=60)
@given(
    content=st.binary(max_size=400)
    | st.text(max_size=200).map(str.encode)
    | st.lists(st.lists(TEXT, max_size=4), max_size=6).map(
        lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail)
    | st.binary(max_size=60).map(lambda tail: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail)
    | st.sampled_from(sorted(polyglots().values()))
    | st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)).map(damaged)
)
def test_a_table_is_read_or_refused(content: bytes) -> None:
    try:
        grid = reading.read_table(content)
    except DomainError as refused:
        assert str(refused)
    else:
        assert all(isinstance(cell, str) for row in grid.rows for cell in row)
