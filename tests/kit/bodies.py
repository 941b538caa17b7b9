"""The smallest body that an operation of the API accepts, made from its OpenAPI schema."""

from __future__ import annotations

from typing import Any

_FORMATS = {"date": "2026-12-01", "date-time": "2026-12-01T09:00:00+08:00", "email": "a@b.example"}


def minimal(schema: dict[str, Any], document: dict[str, Any], *, full: bool = False) -> Any:
    """A value of this schema: only what is required, or with `full` every property."""
    if "$ref" in schema:
        return minimal(
            document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, full=full
        )
    if "default" in schema and not full:
        return schema["default"]
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return minimal(
            next((one for one in choices if one.get("type") != "null"), choices[0]), document, full=full
        )
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        wanted = schema.get("properties", {}) if full else dict.fromkeys(schema.get("required", ()))
        return {name: minimal(schema["properties"][name], document, full=full) for name in wanted}
    if kind == "array":
        return [minimal(schema["items"], document, full=full)] if schema.get("minItems") or full else []
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return False
    return _FORMATS.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))


def body_of(operation: dict[str, Any], document: dict[str, Any], *, full: bool = False) -> Any:
    """The JSON body of an operation of the document, None for one without."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return minimal(content["schema"], document, full=full) if content else None
