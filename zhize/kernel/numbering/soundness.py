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

# The two parts of a number, such as TS-20260302 and 1 of TS-20260302-0001.
BEGINNING, COUNT = (
    "substring(number from '^(.*)-[0-9]+$')",
    "substring(number from '-([0-9]{1,18})$')::bigint",
)


@look(
    "numbering.behind",
    title=Text("单号计数", "counts of numbers"),
    remedy=Text(
        "把序列设到已用的最大号之后（setval）", "set the sequence behind the greatest number in use (setval)"
    ),
)
def behind() -> Iterator[Text]:
    used = _used()
    worst: dict[tuple[str, str], tuple[int, PeriodStart]] = {}
    # Every period: a matter of a past day begins the period of that day long after the present one began.
    for start in PeriodStart.objects.order_by("pk"):
        name = sequence_name(start.series, start.prefix)
        reached = start.start + used.get("-".join(part for part in (start.prefix, start.period) if part), 0)
        if reached >= worst.get((name, start.prefix), (0, start))[0]:
            worst[name, start.prefix] = reached, start
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema")
        stands = dict(cursor.fetchall())
    for (name, prefix), (reached, start) in worst.items():
        # A sequence that gave nothing yet has no last value; one that is gone gives the first number again.
        if (stands.get(name) or 0) < reached:
            counted = (stands.get(name) or 0) - start.start
            yield Text(
                f"{prefix} {start.period} 已用到 {reached - start.start}，计数只到 {counted}",
                f"{prefix} {start.period} is used up to {reached - start.start}, its count stands at {counted}",
            )


def _used() -> dict[str, int]:
    """The greatest count in use of each beginning of numbers (prefix and period), in whichever table."""
    greatest: dict[str, int] = {}
    for model in apps.get_models():
        field = next((one for one in model._meta.fields if one.name == "number" and one.unique), None)
        if field is None or field.get_internal_type() != "CharField" or model is IssuedNumber:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {BEGINNING}, max({COUNT}) FROM {model._meta.db_table} WHERE {COUNT} IS NOT NULL GROUP BY 1"  # noqa: S608
            )
            for begin, count in cursor.fetchall():
                greatest[begin] = max(greatest.get(begin, 0), count)
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
