"""The doors to attachments. Whoever mounts them (namespace `files`) declares that they need a login."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError
from zhize.kernel.files import handles, names, services, serving


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def download(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """GET: the content. `name` is only there so that the address ends in the file's name."""
    return serving.download(request, actor=_actor(request), pk=pk)


def preview(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """GET: a small picture of a picture."""
    return serving.preview(request, actor=_actor(request), pk=pk, size=size)


def upload(request: HttpRequest) -> HttpResponseBase:
    """POST a `file`: keeps it for now and answers with the ticket that a form then carries.

    422 with the reason in `error` when it is refused.
    """
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"error": str(services.NotAllowed.message)}, status=422)
    try:
        blob = services.store(actor=_actor(request), content=given, name=given.name or "")
    except DomainError as refused:
        return JsonResponse({"error": str(refused), "code": refused.code}, status=refused.status)
    name = names.clean(given.name or "", blob.media_type)
    return JsonResponse(
        {
            "handle": handles.make(blob.pk, name),
            "name": name,
            "size": blob.size,
            "type": blob.media_type,
            "is_image": blob.is_image,
        },
        status=201,
    )
