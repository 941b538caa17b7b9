"""Sending contents to browsers, with headers under which no content can act."""

from __future__ import annotations

from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.urls import reverse

from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.files import names, policies, previews, sniffing, storage
from zhize.kernel.files.models import Attachment, Blob, Scan

# Whatever a content contains, it may load, run, submit and frame nothing.
SANDBOX = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; object-src 'none'; frame-ancestors 'self'"
# A PDF viewer does not start inside a sandbox; PDF is shown by the browser's own viewer, which runs no page script.
PDF_POLICY = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"


def url(attachment: Attachment, *, preview: str = "") -> str:
    """The address of an attachment, or of its preview ("small" or "large")."""
    if preview:
        return reverse("files:preview", args=[attachment.pk, preview])
    return reverse("files:download", args=[attachment.pk, attachment.name])


def download(request: HttpRequest, *, actor: Actor, pk: int) -> HttpResponseBase:
    """The content of an attachment whose subject `actor` may see. Raises NotFound."""
    attachment, _subject = policies.fetch(actor, pk)
    blob = _served(attachment)
    inline = blob.media_type in sniffing.INLINE and "download" not in request.GET
    return respond(request, blob, name=attachment.name, inline=inline)


def preview(request: HttpRequest, *, actor: Actor, pk: int, size: str = "small") -> HttpResponseBase:
    """The preview of an attachment. Raises NotFound where there is none."""
    attachment, _subject = policies.fetch(actor, pk)
    blob = _served(attachment)
    path = previews.preview(blob, size) if size in previews.SIZES else None
    if path is None:
        raise NotFound
    if _unchanged(request, tag := f'"{blob.sha256[:32]}-{size}"'):
        return HttpResponseNotModified(headers={"ETag": tag})
    return _guarded(
        path.open("rb"), media_type=previews.MEDIA_TYPE, name="preview.webp", inline=True, tag=tag
    )


def respond(
    request: HttpRequest, blob: Blob, *, name: str, inline: bool = False, plain: str = ""
) -> HttpResponseBase:
    """A content under a name (`plain`: in ASCII, for old programs), for doors that have made their own check. Unknown contents are never shown inline.

    Raises NotFound for one that is lost or that the scanner has since found infected.
    """
    if blob.scan == Scan.INFECTED:
        raise NotFound
    tag = f'"{blob.sha256[:32]}"'
    if _unchanged(request, tag):
        return HttpResponseNotModified(headers={"ETag": tag})
    try:
        handle = storage.path_of(blob.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    media_type = blob.media_type or "application/octet-stream"
    return _guarded(
        handle,
        media_type=media_type,
        name=name,
        inline=inline and media_type in sniffing.INLINE,
        tag=tag,
        plain=plain,
    )


def _served(attachment: Attachment) -> Blob:
    if attachment.blob is None or attachment.blob.scan == Scan.INFECTED:
        raise NotFound
    return attachment.blob


def _unchanged(request: HttpRequest, tag: str) -> bool:
    return tag in {part.strip() for part in request.headers.get("If-None-Match", "").split(",")}


def _guarded(
    handle: IO[bytes], *, media_type: str, name: str, inline: bool, tag: str, plain: str = ""
) -> HttpResponseBase:
    if media_type == "text/plain":
        media_type = f"text/plain; charset={sniffing.charset(handle.read(sniffing.HEAD)) or 'utf-8'}"
        handle.seek(0)
    response = FileResponse(handle, content_type=media_type)
    response.headers["Content-Disposition"] = names.disposition(name, inline=inline, plain=plain)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = (
        PDF_POLICY if media_type == "application/pdf" and inline else SANDBOX
    )
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["ETag"] = tag
    return response
