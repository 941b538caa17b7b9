"""Making the demonstration department in an empty installation, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhize.desk.demo.services import away, extras, places, stage, weeks, year
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import access, history, packs
from zhize.kernel.accounts.models import User
from zhize.kernel.db import DomainError
from zhize.kernel.notices.models import Delivery, Notice
from zhize.kernel.notices.models import State as Fate
from zhize.kernel.search.indexing import reindex
from zhize.kernel.search.providers import provider
from zhize.lib import clock

MAKER = access.system_actor("desk.demo", caps=[])
UNREAD = timedelta(hours=30)
"""Notices older than this have been read."""


class NotEmpty(DomainError):
    """The demonstration is only made where there is nothing yet."""

    code = "demo.not_empty"
    message = _("这里已经有数据了，演示数据只能建在空的系统里。")


def make(
    *, pack: packs.Pack, cases: int = year.CASES, say: Callable[[str], None] = lambda _text: None
) -> int:
    """Make the demonstration out of the pack's samples. Returns how many cases it has. Raises NotEmpty."""
    if User.objects.exists() or Case.objects.exists():
        raise NotEmpty
    with transaction.atomic():
        mark = _last_job()
        built = stage.build(pack, clock.today())
        say(f"{len(built.people)} people in {len(built.units)} units")
        with clock.simulating(stage.local(built.start, 9)):
            homes, others = places.build(built, "centre"), places.build(built, "sibling")
        say(f"{len(homes) + len(others)} households")
        count = year.build(built, homes, cases=cases, beside=extras.sibling(built, others))
        say(f"{count} cases")
        extras.build(built, homes)
        away.build(built)
        weeks.reasons()
        _settle(mark)
        company = built.units["company"]
        history.record(
            actor=access.system(MAKER, channel="cli"), verb="demo.made", subject=company, unit=company
        )
    for model in (Customer, Premises, Case, WorkSheet):
        reindex(provider(model._meta.label_lower))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Case.objects.count()


def _last_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def _settle(mark: int) -> None:
    """Nothing of the past is still to be sent or done: mail counts as sent, older notices as read, no job is queued."""
    now = clock.now()
    Delivery.objects.filter(state=Fate.QUEUED).update(state=Fate.SENT, sent_at=now, next_at=None)
    Notice.objects.filter(created_at__lt=now - UNREAD).update(read_at=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id > %s AND status = 'todo'", [mark])
