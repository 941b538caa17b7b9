"""What reports bring about elsewhere: a class that comes again after it was reported at the weekly meeting (CAS-30)."""

from __future__ import annotations

from datetime import timedelta

from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.reports import capabilities as caps
from zhize.domains.reports.models import Report
from zhize.kernel import access, history, packs
from zhize.kernel.history.models import Entry
from zhize.lib import clock

# How long after a weekly summary the same class counts as repeated.
REPEAT_DAYS = 30


def summaries() -> list[str]:
    """The weekly reports that list repeats: what they reported should not come again."""
    return [
        spec.code
        for spec in packs.listing("reports")
        if spec.period == "week"
        and any(one.block == "cases" and one.which == "repeated" for one in spec.blocks)
    ]


@history.on("case.opened", "case.edited")
def flag_repeats(entry: Entry) -> None:
    """A case of a class that a summary of the last 30 days has reported is flagged."""
    handed = entry.handed("cases.case")
    if handed is not None and not handed.subtype:
        return
    case = (
        Case.objects.select_related("unit")
        .filter(pk=entry.subject_id, repeats_class=False)
        .exclude(subtype="")
        .first()
    )
    if case is None:
        return
    above = [int(part) for part in (case.unit.path or "").split("/") if part]
    issued = Report.objects.filter(
        code__in=summaries(),
        unit_id__in=above,
        issued_at__gte=case.accepted_at - timedelta(days=REPEAT_DAYS),
        issued_at__lt=case.accepted_at,
    ).exclude(state="returned")
    for report in issued.select_related("unit").defer("content"):
        zone = clock.zone(report.unit.timezone)
        before = Case.objects.filter(
            unit__path__startswith=report.unit.path or "",
            type_code=case.type_code,
            subtype=case.subtype,
            accepted_at__date__gte=report.first_day,
            accepted_at__lt=case.accepted_at,
        ).exclude(pk=case.pk)
        if any(
            row.astimezone(zone).date() <= report.last_day
            for row in before.values_list("accepted_at", flat=True)[:200]
        ):
            actor = access.system(caps.CLERK, channel=entry.channel, request_id=entry.request_id)
            cases.flag_class_repeat(actor=actor, case=case, summary=str(report))
            return
