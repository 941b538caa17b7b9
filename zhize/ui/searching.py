"""Search hits as the palette shows them."""

from __future__ import annotations

from typing import Any

from zhize.ui import links, words

LIMIT = 12


def hits(actor: Any, text: str) -> list[dict[str, str]]:
    """Records the actor may see, with the page that shows them. Nothing for less than two characters of Latin text."""
    wanted = text.strip()
    if not wanted or (wanted.isascii() and len(wanted) < 2):
        return []
    try:
        from zhize.kernel import search
    except ImportError:
        return []
    find = getattr(search, "find", None)
    found = find(actor, wanted[:100], limit=LIMIT) if find else []
    shown = []
    for hit in found:
        kind = str(getattr(hit, "subject_type", ""))
        url = links.url_for(kind, getattr(hit, "subject_id", None))
        if url:
            shown.append(
                {
                    "label": words.in_language(getattr(hit, "title", "")),
                    "hint": words.in_language(getattr(hit, "snippet", "") or getattr(hit, "body", ""))[:80],
                    "url": url,
                    "icon": links.icon_for(kind),
                }
            )
    return shown
