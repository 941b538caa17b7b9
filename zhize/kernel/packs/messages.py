"""Packs reword messages: kernel.notices, which stands below, asks here for the texts in force."""

from __future__ import annotations

from zhize.kernel import notices
from zhize.kernel.packs import selectors
from zhize.lib.text import Text


def text_of(code: str) -> tuple[notices.Message, bool] | None:
    """The pack's text of a message and whether it asks for an acknowledgement; None when no pack has one."""
    found = selectors.find("messages", code)
    if found is None:
        return None
    return notices.Message(found.title, found.body, found.sms or Text("", "")), found.needs_ack


notices.set_pack_texts(text_of)
