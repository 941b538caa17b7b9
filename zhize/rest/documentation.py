"""The documentation as a page of our own: the OpenAPI document, readable without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhize.rest.operations import Route

DEEPEST = 4


@dataclass(frozen=True)
class Field:
    """One line of an input or output: where it stands (`customer.name`), what it holds, whether it must be there."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Shown:
    """One operation as the page shows it."""

    anchor: str
    method: str
    path: str
    summary: str
    demands: tuple[str, ...]
    public: bool
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str, list[Field]]]


def sections(document: Mapping[str, Any], routes: list[Route]) -> list[tuple[str, list[Shown]]]:
    """The operations by tag, in the order of their paths."""
    specs = {(route.method, route.path): route.spec for route in routes}
    schemas = document.get("components", {}).get("schemas", {})
    found: dict[str, list[Shown]] = {}
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            spec = specs[(method.upper(), path)]
            shown = Shown(
                anchor=operation["operationId"],
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                demands=spec.capabilities,
                public=spec.public,
                parameters=[_parameter(item, schemas) for item in operation.get("parameters", [])],
                body=_content(operation.get("requestBody", {}), schemas),
                answers=[
                    (
                        status,
                        answer.get("description", ""),
                        _content(answer, schemas) if status < "300" else [],
                    )
                    for status, answer in operation["responses"].items()
                ],
            )
            found.setdefault((operation.get("tags") or [""])[0], []).append(shown)
    return sorted(found.items())


def _parameter(item: Mapping[str, Any], schemas: Mapping[str, Any]) -> Field:
    schema = item.get("schema", {})
    place = "" if item["in"] == "query" else f" ({item['in']})"
    return Field(
        item["name"] + place,
        _kind(schema, schemas),
        bool(item.get("required")),
        _text({**schema, **item}, schema),
    )


def _content(holder: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Field]:
    content = next(iter(holder.get("content", {}).values()), None)
    return _fields(content.get("schema", {}), schemas, "", 0) if content else []


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str, depth: int) -> list[Field]:
    schema = _resolved(schema, schemas)
    if schema.get("type") == "array":
        return _fields(schema.get("items", {}), schemas, f"{prefix}[]", depth)
    rows: list[Field] = []
    for name, inner in schema.get("properties", {}).items():
        where = f"{prefix}.{name}" if prefix else name
        whole = _resolved(inner, schemas)
        required = name in schema.get("required", [])
        rows.append(Field(where.lstrip("."), _kind(inner, schemas), required, _text(inner, whole)))
        if depth < DEEPEST:
            rows += _fields(_one(whole, schemas), schemas, where, depth + 1)
    return rows


def _one(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The alternative that has fields of its own, where one may be left empty."""
    choices = [_resolved(item, schemas) for item in schema.get("anyOf", [])]
    return next((item for item in choices if item.get("type") in {"object", "array"}), schema)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    for inner in schema.get("allOf", []):
        schema = {**schema, **inner}
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return (
        {**schemas.get(name, {}), **{key: value for key, value in schema.items() if key != "$ref"}}
        if name
        else schema
    )


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    schema = _resolved(schema, schemas)
    if "anyOf" in schema:
        return " | ".join(_kind(item, schemas) for item in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(str(item) for item in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"{_kind(schema.get('items', {}), schemas)}[]"
    return str(schema.get("format") or schema.get("type") or "any")


def _text(*parts: Mapping[str, Any]) -> str:
    said: dict[str, Any] = {}
    for part in parts:
        said = {**part, **said}
    limits = {"maxLength": "≤ {} chars", "maximum": "≤ {}", "minimum": "≥ {}", "default": "default {}"}
    notes = [
        words.format(said[name])
        for name, words in limits.items()
        if said.get(name) not in (None, "", 2**63 - 1)
    ]
    return " · ".join([str(said.get("description", "")), *notes]).strip(" ·").replace("`", "")
