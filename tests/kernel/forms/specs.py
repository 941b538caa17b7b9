"""A form as a pack would write it, with one field of every kind."""

from __future__ import annotations

from typing import Any

from zhize.kernel.forms import FormSpec


def spec(*fields: dict[str, Any], **more: Any) -> FormSpec:
    """A form from plain data, the way a pack's file gives it."""
    import json

    plain = {"code": "trial", "version": 3, "fields": [field(**item) for item in fields], **more}
    return FormSpec.model_validate_json(json.dumps(plain, ensure_ascii=False))


def field(**more: Any) -> dict[str, Any]:
    return {"label": {"zh": f"栏目{more['code']}", "en": f"Field {more['code']}"}, **more}


def choices(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "label": {"zh": f"选{code}", "en": f"Choose {code}"}} for code in codes]
