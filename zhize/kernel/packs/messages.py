"""Packs reword messages: kernel.notices, which stands below, asks here for the texts in force."""

from __future__ import annotations

from collections.abc import Collection

from zhize.kernel import notices
from zhize.kernel.packs import selectors
from zhize.lib.text import Text


def texts_of(codes: Collection[str]) -> dict[str, tuple[notices.Message, bool]]:
    """The packs' texts of messages and whether they ask for an acknowledgement. One query, however many."""
    found: dict[str, tuple[notices.Message, bool]] = {}
    for item in selectors.listing("messages"):
        if item.code in codes and item.code not in found:
            message = notices.Message(item.title, item.body, item.sms or Text("", ""))
            found[item.code] = (message, item.needs_ack)
    return found


notices.set_pack_texts(texts_of)
