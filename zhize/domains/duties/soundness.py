"""What can be wrong with what is owed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Q, Sum

from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services
from zhize.domains.duties.models import Duty, Evidence, Kind, Obligation
from zhize.kernel import access
from zhize.kernel.db.looks import look
from zhize.lib.text import Text


@look(
    "duties.slots",
    title=Text("应有而没有的待办", "missed slots"),
    remedy=Text(
        "启动 zhize worker（每小时补齐），或运行 zhize duties schedule",
        "start zhize worker (it catches up every hour), or run zhize duties schedule",
    ),
    deep=True,
)
def missed() -> Iterator[Text]:
    """What scheduling would make now of slots that have opened already; all of it is taken back.

    What is there afterwards was made by a worker that planned meanwhile, and is not missing."""
    before = Obligation.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        # What was planned already is looked at too: it may be gone.
        services.plan_anew(actor=access.system(caps.SCHEDULE))
        services.schedule(actor=access.system(caps.SCHEDULE), ahead_days=0)
        new = Obligation.objects.filter(pk__gt=before, duty__kind=Kind.RECURRING)
        made = dict(new.values_list("pk", "duty"))
        transaction.set_rollback(True)
    there = set(Obligation.objects.filter(pk__in=made).values_list("pk", flat=True))
    missing = Counter(duty for pk, duty in made.items() if pk not in there)
    for pk, duty in sorted(Duty.objects.select_related("current", "unit").in_bulk(missing).items()):
        yield Text(f"{duty}：{missing[pk]} 个", f"{duty}: {missing[pk]}")


@look(
    "duties.clocks",
    title=Text("待办与时钟是否一致", "obligations and their clocks agree"),
    remedy=Text("从备份找回被改动的行", "bring back the changed rows from a backup"),
)
def clocks() -> Iterator[Text]:
    ended = Q(ended_at__isnull=False, clock__stopped_at__isnull=True) & ~Q(state="submitted")
    running = Q(state__in=("open", "returned"), ended_at__isnull=True, clock__stopped_at__isnull=False)
    for pk in (
        Obligation.objects.filter(clock__isnull=False).filter(ended | running).values_list("pk", flat=True)
    ):
        yield Text(f"待办 {pk} 与它的时钟不一致", f"obligation {pk} and its clock disagree")


@look(
    "duties.progress",
    title=Text("计数职责的进度", "progress of counted duties"),
    remedy=Text("从备份找回缺少的凭证", "bring back the missing evidence from a backup"),
)
def progress() -> Iterator[Text]:
    counted = Evidence.objects.filter(count__isnull=False, obligation__state="open")
    rows = counted.values("obligation", "obligation__progress").annotate(total=Sum("count"))
    for row in rows.exclude(total=F("obligation__progress")):
        yield Text(
            f"待办 {row['obligation']} 进度为 {row['obligation__progress']}，凭证合计 {row['total']}",
            f"obligation {row['obligation']} counts {row['obligation__progress']}, its evidence {row['total']}",
        )
