"""Telling people: notices in the product, e-mail and other ways out, with texts that packs and sites may reword."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zhize.kernel.notices.texts import Message, UnknownTemplate, set_pack_texts, template

if TYPE_CHECKING:
    from zhize.kernel.notices.mailing import mail_is_configured
    from zhize.kernel.notices.models import Channel, Delivery, Notice
    from zhize.kernel.notices.sending import Sent, new_message_id, send

# Loaded on first use: app configurations import this package before the tables may be imported.
_LAZY = {
    "mail_is_configured": "mailing",
    **dict.fromkeys(("Channel", "Delivery", "Notice"), "models"),
    **dict.fromkeys(("Sent", "new_message_id", "send"), "sending"),
}

__all__ = [
    "Channel",
    "Delivery",
    "Message",
    "Notice",
    "Sent",
    "UnknownTemplate",
    "mail_is_configured",
    "new_message_id",
    "send",
    "set_pack_texts",
    "template",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.notices.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
