"""What can be wrong with numbers: a count that stands before a number in use gives it a second time."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import Count, Max

from zhize.kernel.db.looks import look
from zhize.kernel.numbering.counting import sequence_name
from zhize.kernel.numbering.models import GaplessCount, IssuedNumber, PeriodStart
from zhize.lib.text import Text


@look(
    "numbering.behind",
    title=Text("单号计数", "counts of numbers"),
    remedy=Text(
        "把序列设到已用的最大号之后（setval）", "set the sequence behind the greatest number in use (setval)"
    ),
)
def behind() -> Iterator[Text]:
    newest = PeriodStart.objects.order_by("series", "prefix", "-pk").distinct("series", "prefix")
    for start in newest:
        name = sequence_name(start.series, start.prefix)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = current_schema AND sequencename = %s",
                [name],
            )
            row = cursor.fetchone()
        stands = row[0] - start.start if row else -1
        used = _used("-".join(part for part in (start.prefix, start.period) if part))
        if stands < used:
            yield Text(
                f"{start.prefix} {start.period} 已用到 {used}，计数只到 {stands}",
                f"{start.prefix} {start.period} is used up to {used}, its count stands at {stands}",
            )


def _used(begin: str) -> int:
    """The greatest count in use of numbers that begin so, in whichever table."""
    greatest = 0
    for model in apps.get_models():
        field = next((one for one in model._meta.fields if one.name == "number" and one.unique), None)
        if field is None or field.get_internal_type() != "CharField" or model is IssuedNumber:
            continue
        # By length first: 10000 comes after 9999.
        rows = model._base_manager.filter(number__startswith=f"{begin}-").values_list("number", flat=True)
        for number in rows:
            count = str(number).rpartition("-")[2]
            greatest = max(greatest, int(count) if count.isdigit() else 0)
    return greatest


@look(
    "numbering.gapless",
    title=Text("不断号的编号", "numbers without gaps"),
    remedy=Text("从备份找回缺少的号码", "bring back the missing numbers from a backup"),
)
def gaps() -> Iterator[Text]:
    rows = IssuedNumber.objects.order_by().values_list("series", "prefix", "period")
    issued = {row[:3]: row[3:] for row in rows.annotate(there=Count("pk"), greatest=Max("count"))}
    for counted in GaplessCount.objects.order_by("series", "prefix", "period"):
        there, greatest = issued.get((counted.series, counted.prefix, counted.period), (0, 0))
        if there != counted.last or greatest != counted.last:
            yield Text(
                f"{counted.prefix} {counted.period} 计数为 {counted.last}，实有 {there} 个，最大 {greatest}",
                f"{counted.prefix} {counted.period} counts {counted.last}, there are {there} up to {greatest}",
            )
