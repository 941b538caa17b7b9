"""Storing contents, attaching them and taking them off again."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, NotFound, atomic, guarded_update, one_at_a_time
from zhize.kernel.files import handles, names, policies, scanning, sniffing, storage
from zhize.kernel.files.models import Attachment, Blob, Scan
from zhize.lib import clock

CHUNK = 256 * 1024


class NotAllowed(DomainError):
    """The content cannot be accepted; the message says why."""

    code = "files.not_allowed"
    message = _("这个文件不能上传。")
    status = 422
    field = "file"


class Infected(DomainError):
    code = "files.infected"
    message = _("文件里发现病毒，没有保存。")
    status = 422
    field = "file"


class Readable(Protocol):
    """Anything with a `read`: an upload, an open file, a response."""

    def read(self, size: int = -1, /) -> bytes: ...


def limit_bytes() -> int:
    """The largest content accepted, in bytes (ZHIZE_UPLOAD_LIMIT_MB)."""
    return int(settings.CONFIG.upload_limit_mb) * 1024 * 1024


@atomic
def store(*, actor: Actor, content: bytes | Readable, name: str = "") -> Blob:
    """Keep a content and return its row; the same content twice is one row.

    Refused (NotAllowed) when empty, too large or a program, and (Infected) when the scanner finds something. A
    content that is attached to nothing within a day is swept away. `name` only helps the message of a refusal.
    """
    data = _read(content, name)
    if sniffing.is_program(data[: sniffing.HEAD]):
        raise NotAllowed(_("可执行程序不能上传。"))
    scan = scanning.scan(data)
    if scan == Scan.INFECTED:
        raise Infected
    media_type = sniffing.media_type(data)
    size = sniffing.dimensions(data, media_type)
    sha256, now = storage.digest(data), clock.now()
    _lock(sha256)
    blob, created = Blob.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": len(data),
            "media_type": media_type,
            "width": size[0] if size else None,
            "height": size[1] if size else None,
            "scan": scan,
            "created_at": now,
            "touched_at": now,
        },
    )
    if not created:
        if blob.scan == Scan.INFECTED:
            raise Infected
        blob.touched_at = now
        blob.save(update_fields=["touched_at"])
    storage.write(sha256, data)
    return blob


@atomic
def attach(
    *,
    actor: Actor,
    blob: Blob,
    subject: models.Model,
    name: str,
    kind: str = "",
    visible_to_customer: bool = False,
    capability: str | None = None,
) -> Attachment:
    """Attach a content to a row, recorded as file.attached in the row's history.

    Refused unless the actor has `capability` on the row (by default: sees it). The name is cleaned; its suffix
    follows the content.
    """
    access.require(actor, capability or access.policy_of(type(subject)).view, subject)
    if blob.scan == Scan.INFECTED:
        raise Infected
    attachment = Attachment.objects.create(
        blob=blob,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        name=names.clean(name, blob.media_type),
        kind=kind,
        visible_to_customer=visible_to_customer or actor.kind == "customer",
        created_at=clock.now(),
        created_by_id=actor.person_id,
        created_by_label=actor.label[:120],
    )
    data = {
        "name": attachment.name,
        "size": blob.size,
        "sha256": blob.sha256,
        "attachment": attachment.pk,
        "kind": kind,
    }
    history.record(actor=actor, verb="file.attached", subject=subject, data=data, marks=[attachment])
    return attachment


@atomic
def claim(
    *, actor: Actor, handle: str, subject: models.Model, kind: str = "", visible_to_customer: bool = False
) -> Attachment:
    """Attach what a page uploaded before, by its ticket. Raises NotAllowed when ticket or content are gone."""
    try:
        blob_id, name = handles.read(handle)
        blob = Blob.objects.get(pk=blob_id)
    except (handles.BadHandle, Blob.DoesNotExist):
        raise NotAllowed(_("文件没有上传成功，请再传一次。")) from None
    return attach(
        actor=actor, blob=blob, subject=subject, name=name, kind=kind, visible_to_customer=visible_to_customer
    )


@atomic
def remove(
    *, actor: Actor, attachment: Attachment, reason: str = "", capability: str = "file.remove"
) -> None:
    """Take an attachment off its row. Name and reason stay in history; the content goes when nothing else has it.

    Refused unless the actor has `capability` (by default file.remove) on the subject.
    """
    found, subject = policies.fetch(actor, attachment.pk, capability=capability)
    guarded_update(found, expect={"removed_at": None}, removed_at=clock.now())
    history.record(
        actor=actor,
        verb="file.removed",
        subject=subject,
        data={"name": found.name, "attachment": found.pk, "sha256": found.blob.sha256 if found.blob else ""},
        note=reason,
        marks=[found],
    )


def content(blob: Blob) -> bytes:
    """The whole content. Raises NotFound when the store has lost it, which `zhize files check` reports."""
    try:
        return storage.path_of(blob.sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def _read(content: bytes | Readable, name: str) -> bytes:
    """At most the limit, read in pieces, so that a huge or endless source cannot fill the memory."""
    most = limit_bytes()
    if isinstance(content, bytes):
        data = content if len(content) <= most else b""
        too_large = len(content) > most
    else:
        parts, total = [], 0
        while total <= most and (part := content.read(CHUNK)):
            parts.append(part)
            total += len(part)
        data, too_large = b"".join(parts), total > most
    if too_large:
        text = _("文件“{name}”超过 {limit} MB，不能上传。")
        raise NotAllowed(
            text.format(name=names.clean(name), limit=settings.CONFIG.upload_limit_mb), code="files.too_large"
        )
    if not data:
        raise NotAllowed(_("文件“{name}”是空的。").format(name=names.clean(name)), code="files.empty")
    return data


def _lock(sha256: str) -> None:
    """Until the end of the transaction nobody else stores or sweeps this content."""
    one_at_a_time("files.blob", sha256)
