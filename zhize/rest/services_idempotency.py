"""POST twice, done once: a client that saw no answer sends the same key again and gets the first answer.

The key is written first, in the transaction of the work itself, so that a double arriving at the same moment
waits for the first and then reads its answer; work that was refused leaves no key behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from psycopg import errors as postgres

from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, prepared
from zhize.lib import clock
from zhize.rest.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT = timedelta(days=7)
WAIT_SECONDS = 10
KEPT_HEADERS = ("Content-Type", "Location")


class KeyReused(DomainError):
    """The key was used for another request before."""

    code = "idempotency.reused"
    message = _("这个 Idempotency-Key 已用于另一个请求。")


class InProgress(DomainError):
    """The first request with this key is still running."""

    code = "idempotency.in_progress"
    message = _("同一个请求还在处理，请稍后用同一个 Idempotency-Key 再试。")


class _NotDone(Exception):
    """Carries an answer that says no out of the transaction, so that nothing of it stays."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()


def once(request: HttpRequest, actor: Actor, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do `work` once for the request's key; without a key, simply do it.

    Invalid for a malformed key; KeyReused when the key came with another request; InProgress when the first
    one takes too long to wait for.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return work()
    if len(key) > 200 or not key.isascii() or not key.isprintable():
        raise Invalid({HEADER: _("最多 200 个可打印的 ASCII 字符。")})
    try:
        with atomic():
            return _first_or_again(request, _owner(actor), key, work)
    except _NotDone as no:
        return no.response


def _first_or_again(
    request: HttpRequest, owner: str, key: str, work: Callable[[], HttpResponse]
) -> HttpResponse:
    body_digest = _digest(request)
    if not _claim(owner, key, body_digest):
        return _again(owner, key, body_digest)
    response = work()
    if response.status_code >= 400:
        raise _NotDone(response)
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    with prepared.cursor() as cursor:
        cursor.execute(
            "UPDATE rest_idempotencykey SET status = %s, headers = %s::jsonb, body = %s WHERE actor = %s AND key = %s",
            [response.status_code, json.dumps(headers), bytes(response.content), owner, key],
        )
    return response


def _claim(owner: str, key: str, body_digest: str) -> bool:
    """Write the key; False when it is there already. Waits while another transaction holds it."""
    with connection.cursor() as cursor:
        try:
            # Three statements in one message; the second says how many rows there are now.
            cursor.execute(
                """
                SELECT set_config('lock_timeout', %s, true);
                INSERT INTO rest_idempotencykey (actor, key, digest, headers, created_at)
                VALUES (%s, %s, %s, '{}', %s) ON CONFLICT (actor, key) DO NOTHING;
                SELECT set_config('lock_timeout', '0', true)
                """,
                [f"{WAIT_SECONDS}s", owner, key, body_digest, clock.now()],
            )
        except OperationalError as error:
            if isinstance(error.__cause__, postgres.LockNotAvailable):
                raise InProgress from error
            raise
        cursor.nextset()
        return bool(cursor.rowcount)


def _again(owner: str, key: str, body_digest: str) -> HttpResponse:
    known = IdempotencyKey.objects.get(actor=owner, key=key)
    if known.digest != body_digest:
        raise KeyReused
    response = HttpResponse(bytes(known.body or b""), status=known.status)
    for name, value in known.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _owner(actor: Actor) -> str:
    return (
        f"token:{actor.token_id}"
        if actor.token_id
        else f"{actor.kind}:{actor.user_id or actor.customer_id or 0}"
    )


def _digest(request: HttpRequest) -> str:
    """Of everything that makes the request what it is. A multipart body is taken by its parts: its boundary varies."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name in sorted(request.POST):
            found.update(repr((name, request.POST.getlist(name))).encode())
        for name in sorted(request.FILES):
            for upload in request.FILES.getlist(name):
                found.update(repr((name, upload.name)).encode())
                for chunk in upload.chunks():
                    found.update(chunk)
                upload.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()


def tidy() -> int:
    """Forget old keys. Returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]
