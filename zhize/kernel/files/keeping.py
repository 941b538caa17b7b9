"""Keeping the store in order: sweeping contents nobody refers to, scanning later, checking everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.reverse_related import ForeignObjectRel

from zhize.kernel.db import NotFound
from zhize.kernel.files import scanning, services, storage
from zhize.kernel.files.models import Attachment, Blob, Scan
from zhize.lib import clock

KEEP_UNUSED = timedelta(hours=24)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the store. `kind`: missing, damaged, infected or stray."""

    kind: str
    sha256: str
    detail: str


def unused(before: datetime) -> QuerySet[Blob]:
    """Contents last uploaded before `before` to which no row of any table refers."""
    rows = Blob.objects.filter(touched_at__lt=before)
    for relation in Blob._meta.related_objects:
        rows = rows.exclude(_referred(relation))
    return rows


def _referred(relation: ForeignObjectRel) -> Exists:
    where = {relation.field.name: OuterRef("pk")}
    rows = relation.related_model._base_manager.filter(**where)
    if relation.related_model is Attachment:
        rows = rows.filter(removed_at__isnull=True)
    return Exists(rows)


def sweep(*, limit: int = 1000) -> int:
    """Take away contents that nobody refers to since a day, and half-written files. Returns how many contents.

    The row goes first, and the file only when its row is gone for good: whatever stops the sweep on the way leaves at
    most a file without a row, which goes with the strays next time.
    """
    before = clock.now() - KEEP_UNUSED
    swept = 0
    for blob_id, sha256 in list(unused(before).values_list("pk", "sha256")[:limit]):
        try:
            with transaction.atomic():
                services._lock(sha256)
                # Looked at again under the lock: somebody may have stored or attached it since.
                if not unused(before).filter(pk=blob_id).exists():
                    continue
                Attachment.objects.filter(blob_id=blob_id, removed_at__isnull=False).update(blob=None)
                Blob.objects.filter(pk=blob_id).delete()
        except IntegrityError:
            continue  # attached in the meantime
        _remove_rowless(sha256)
        swept += 1
    _sweep_strays(before.timestamp())
    return swept


def _sweep_strays(older_than: float) -> None:
    """Files of transactions that were rolled back, and parts of writers that were killed."""
    for name, path in list(storage.stored()):
        if path.stat().st_mtime >= older_than:
            continue
        if len(name) != 64:
            path.unlink(missing_ok=True)
            continue
        _remove_rowless(name)


def _remove_rowless(sha256: str) -> None:
    """Take a file away, unless somebody stored the same content again."""
    with transaction.atomic():
        services._lock(sha256)
        if not Blob.objects.filter(sha256=sha256).exists():
            storage.remove(sha256)


def scan_waiting(*, limit: int = 200) -> int:
    """Scan what was stored while the scanner did not answer, newest first. Returns how many got an answer.

    What the scanner cannot read, or the store has lost, is passed over: it must not keep the others waiting.
    """
    if not scanning.is_configured():
        return 0
    answered = 0
    for blob in Blob.objects.filter(scan=Scan.NONE).order_by("-pk")[:limit]:
        try:
            answer = scanning.ask(services.content(blob))
        except (scanning.CannotScan, NotFound) as problem:
            log.warning("files.not_scanned", sha256=blob.sha256, problem=str(problem))
            continue
        except OSError as silent:
            log.warning("files.scanner_silent", problem=str(silent))
            break
        Blob.objects.filter(pk=blob.pk).update(scan=answer)
        answered += 1
    return answered


def check() -> Iterator[Fault]:
    """Read every content and compare it with its row; report every file that has no row."""
    yield from contents()
    yield from strays()


def contents() -> Iterator[Fault]:
    """Contents that are not what their rows say: missing, damaged, infected. Reads all of them."""
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=500):
        if not storage.path_of(blob.sha256).is_file():
            yield Fault("missing", blob.sha256, users(blob))
        elif not storage.is_whole(blob.sha256):
            yield Fault("damaged", blob.sha256, users(blob))
        elif blob.scan == Scan.INFECTED:
            yield Fault("infected", blob.sha256, users(blob))


def strays() -> Iterator[Fault]:
    """Files that have no row: of transactions that were rolled back, and what somebody put there."""
    known = set(Blob.objects.values_list("sha256", flat=True))
    for name, path in storage.stored():
        if name not in known:
            yield Fault("stray", name, str(path))


def users(blob: Blob) -> str:
    """Where the content is used, for whoever has to look for another copy of it."""
    return ", ".join(
        f"{item.subject_type} {item.subject_id}: {item.name}" for item in blob.attachments.all()[:5]
    )
