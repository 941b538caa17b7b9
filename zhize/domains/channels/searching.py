"""What documents of the desks are found by."""

from __future__ import annotations

from zhize.domains.channels.models import Correspondence
from zhize.kernel import search
from zhize.kernel.search import Document


def correspondence_document(row: Correspondence) -> Document:
    """Number, subject and parties."""
    return Document(
        title=f"{row.number} {row.subject}",
        summary=" → ".join(part for part in (row.sender, row.receiver) if part)[:200],
        body=row.subject,
        keys=(row.number,),
        unit_id=row.unit_id,
        at=row.at,
    )


search.provide(Correspondence, zh="收发文", en="Letters, faxes and mail", document=correspondence_document)
