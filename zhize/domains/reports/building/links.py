"""The address of the rows behind a figure."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from zhize.kernel.measures import Result
from zhize.kernel.org.models import Unit


def drill(result: Result, unit: Unit, **more: Any) -> str:
    """The list behind a result: its unit with all below it, and "None" where a value is missing."""
    url = urlsplit(result.url(**more))
    if not url.path:
        return ""
    pairs = []
    for key, value in parse_qsl(url.query, keep_blank_values=True):
        pairs.append((key, str(unit.pk) if key == "under" else value or "None"))
    return f"{url.path}?{urlencode(pairs)}"
