"""Search hits as the palette shows them."""

from __future__ import annotations

from typing import Any

from zhize.kernel import search
from zhize.ui import links

LIMIT = 12


def hits(actor: Any, text: str) -> list[dict[str, str]]:
    """Records the actor may see, with the page that shows them. Nothing for less than two characters of Latin text."""
    wanted = text.strip()
    if not wanted or (wanted.isascii() and len(wanted) < 2):
        return []
    shown = []
    for hit in search.find(actor, wanted[:100], limit=LIMIT):
        url = links.url_for(hit.subject_type, hit.object_id)
        if url:
            icon = links.icon_for(hit.subject_type)
            shown.append({"label": hit.title, "hint": hit.summary[:80], "url": url, "icon": icon})
    return shown
