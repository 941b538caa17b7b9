"""Contents and attachments: stored once under their digest, recognised by content, served by the subject's policy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhize.kernel.files.models import Attachment, Blob
    from zhize.kernel.files.selectors import for_subject, of_subjects
    from zhize.kernel.files.services import (
        Infected,
        NotAllowed,
        attach,
        claim,
        content,
        remove,
        store,
    )
    from zhize.kernel.files.serving import download, preview, url

_LAZY = {
    **dict.fromkeys(("Attachment", "Blob"), "models"),
    **dict.fromkeys(("for_subject", "of_subjects"), "selectors"),
    **dict.fromkeys(("download", "preview", "url"), "serving"),
    **dict.fromkeys(("Infected", "NotAllowed", "attach", "claim", "content", "remove", "store"), "services"),
}

__all__ = [
    "Attachment",
    "Blob",
    "Infected",
    "NotAllowed",
    "attach",
    "claim",
    "content",
    "download",
    "for_subject",
    "of_subjects",
    "preview",
    "remove",
    "store",
    "url",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use: app configurations import this package before the tables may be imported.
    if name in _LAZY:
        value = getattr(import_module(f"zhize.kernel.files.{_LAZY[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(name)
