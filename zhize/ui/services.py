"""Writes of the kit: drafts, saved views, list set-up, and «a form is done once»."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, NotFound, Outrun, Refused, atomic
from zhize.lib import clock
from zhize.ui.models import Draft, ListSetup, SavedView, Submission

DRAFT_BYTES = 60_000
DRAFT_DAYS = 30
SUBMISSION_DAYS = 7


@dataclass(frozen=True)
class Outcome:
    """What a form did: the service's result, where to go, and whether it had been done before."""

    result: Any
    location: str
    repeated: bool = False


def once(*, token: str, user: Any, call: Callable[[], Any], locate: Callable[[Any], str]) -> Outcome:
    """Run `call` unless a form with this token was already done; then answer with where that one went.

    The token's row is written in the transaction of the call: a refused or failed call leaves no trace and may
    be tried again, and of two presses at the same moment the second waits for the first.
    """
    if not token:
        result = call()
        return Outcome(result, locate(result))
    owner = user if user.is_authenticated else None
    before = Submission.objects.filter(token=token[:40], user=owner).first()
    if before is not None:
        return Outcome(None, before.location, repeated=True)
    try:
        with atomic():
            with transaction.atomic():
                noted = Submission.objects.create(token=token[:40], user=owner, created_at=clock.now())
            result = call()
            location = locate(result)
            Submission.objects.filter(pk=noted.pk).update(location=location[:500])
    except (IntegrityError, Outrun):
        before = Submission.objects.filter(token=token[:40], user=owner).first()
        if before is None:
            raise
        return Outcome(None, before.location, repeated=True)
    return Outcome(result, location)


def keep_draft(*, user_id: int, key: str, data: dict[str, Any]) -> None:
    """Remember what was typed; the newest replaces the one before. Raises Invalid when it is too long."""
    if len(str(data)) > DRAFT_BYTES or len(key) > 160 or not key:
        raise Invalid({"": [_("草稿太长，没有保存。")]}, code="ui.draft_too_long")
    Draft.objects.update_or_create(
        user_id=user_id, key=key, defaults={"data": data, "updated_at": clock.now()}
    )


def bring_draft(*, user_id: int, key: str, data: dict[str, Any], at: datetime, token: str) -> bool:
    """Keep what was left on somebody's machine at `at`, unless a newer draft is here; returns whether it was sent and done.

    Then there is no draft of it. Raises Invalid as `keep_draft`.
    """
    if token and Submission.objects.filter(token=token[:40], user_id=user_id).exists():
        Draft.objects.filter(user_id=user_id, key=key, updated_at__lte=at).delete()
        return True
    if not Draft.objects.filter(user_id=user_id, key=key, updated_at__gt=at).exists():
        keep_draft(user_id=user_id, key=key, data=data)
    return False


def discard_draft(*, user_id: int, key: str) -> None:
    Draft.objects.filter(user_id=user_id, key=key).delete()


@transaction.atomic
def save_view(
    *, actor: Actor, page: str, name: str, query: str, shared: str = "private", is_default: bool = False
) -> SavedView:
    """Keep filters, sort and columns of a list under a name; the same name again replaces it.

    Sharing with all needs `ui.share_views`; sharing with the unit does not. Raises Refused, Invalid.
    """
    if actor.user_id is None:
        raise Refused
    if not name.strip():
        raise Invalid({"name": [_("请给视图起个名字。")]})
    if shared not in SavedView.Shared.values:
        raise Invalid({"shared": [_("没有这种共享方式。")]})
    if shared == SavedView.Shared.ALL:
        access.require(actor, "ui.share_views")
    if is_default:
        SavedView.objects.filter(user_id=actor.user_id, page=page, is_default=True).update(is_default=False)
    row, _made = SavedView.objects.update_or_create(
        user_id=actor.user_id,
        page=page[:80],
        name=name.strip()[:60],
        defaults={
            "query": query[:2000],
            "shared": shared,
            "unit_id": actor.home_unit_id if shared == SavedView.Shared.UNIT else None,
            "is_default": is_default,
            "created_at": clock.now(),
        },
    )
    return row


def delete_view(*, actor: Actor, pk: int) -> None:
    """Remove one of the actor's own views. Raises NotFound for another's."""
    deleted, _counts = SavedView.objects.filter(user_id=actor.user_id or 0, pk=pk).delete()
    if not deleted:
        raise NotFound


def set_up_list(*, actor: Actor, page: str, columns: list[str], page_size: int = 0) -> None:
    """Keep a person's columns and page size for a list; no columns restores what the list shows by itself."""
    if actor.user_id is None:
        raise Refused
    ListSetup.objects.update_or_create(
        user_id=actor.user_id,
        page=page[:80],
        defaults={
            "columns": [str(name)[:60] for name in columns[:60]],
            "page_size": max(0, min(page_size, 200)),
        },
    )


@atomic
def record_export(
    *, actor: Actor, user: Any, page: str, title: str, query: str, rows: int, kind: str
) -> None:
    """Note that a list left the house: who, which list with which filters, how many rows."""
    history.record(
        actor=actor,
        verb="list.exported",
        subject=user,
        data={"page": page, "title": title, "query": query[:500], "rows": rows, "kind": kind},
    )


def tidy() -> int:
    """Throw away old drafts and form tokens. Returns how many. Safe to run at any time."""
    drafts, _d = Draft.objects.filter(updated_at__lt=clock.now() - timedelta(days=DRAFT_DAYS)).delete()
    tokens, _t = Submission.objects.filter(
        created_at__lt=clock.now() - timedelta(days=SUBMISSION_DAYS)
    ).delete()
    return drafts + tokens
