"""The bytes of a message as they came, kept whatever became of it."""

from __future__ import annotations

import base64

from zhize.domains.channels.models import InboundMail
from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, atomic

# Kept in pieces that any installation's upload limit allows.
PIECE = 900 * 1024
RAW = "raw"


@atomic
def keep(*, actor: Actor, mail: InboundMail, raw: bytes) -> None:
    """Attach the bytes as they came, in pieces; what looks like a program is kept in base64."""
    pieces = [raw[start : start + PIECE] for start in range(0, len(raw), PIECE)]
    for index, piece in enumerate(pieces, 1):
        name = "message.eml" if len(pieces) == 1 else f"message.eml.{index:03d}"
        try:
            with atomic():
                blob = files.store(actor=actor, content=piece, name=name)
        except DomainError:
            name = f"{name}.b64"
            blob = files.store(actor=actor, content=base64.encodebytes(piece), name=name)
        files.attach(actor=actor, blob=blob, subject=mail, name=name, kind=RAW)


def read(mail: InboundMail) -> bytes:
    """The message as it came."""
    pieces = []
    for item in files.for_subject(mail):
        if item.kind != RAW or item.blob is None:
            continue
        data = files.content(item.blob)
        pieces.append(base64.decodebytes(data) if ".b64" in item.name else data)
    return b"".join(pieces)
