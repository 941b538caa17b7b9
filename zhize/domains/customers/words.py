"""Labels in both written languages, for texts that outlive the request they were made in."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from zhize.lib.text import Text


def both(label: Any) -> Text:
    """A translatable label as a pair of Chinese and English."""
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        en = str(label)
    return Text(zh, en)
