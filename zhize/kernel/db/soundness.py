"""What can be wrong with any table: guards switched off, rows whose partner is gone, ids that would be given twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef

from zhize.kernel.db.looks import look
from zhize.lib.text import Text

_OFF = """
    SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger WHERE tgenabled IN ('D', 'R')
    UNION ALL SELECT conrelid::regclass::text, conname FROM pg_constraint
     WHERE NOT convalidated AND conrelid <> 0 AND connamespace = 'public'::regnamespace
    UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
    ORDER BY 1, 2
"""
_REFERENCES = """
    SELECT child.oid::regclass::text, quote_ident(mine.attname), parent.oid::regclass::text, quote_ident(theirs.attname)
      FROM pg_constraint
      JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
      JOIN pg_attribute mine ON mine.attrelid = conrelid AND mine.attnum = conkey[1]
      JOIN pg_attribute theirs ON theirs.attrelid = confrelid AND theirs.attnum = confkey[1]
     WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND cardinality(conkey) = 1
     ORDER BY 1, 2
"""
# What happened to a row outlives it, and so does what was said about it.
OUTLIVE = ("history", "notices", "documents")
SHOWN = 5


@look(
    "tables.guards",
    title=Text("数据库的约束与触发器", "guards of the database"),
    remedy=Text("重新启用，再运行 zhize doctor --deep", "switch them on again, then run zhize doctor --deep"),
)
def guards() -> Iterator[Text]:
    for table, name in _ask(_OFF):
        yield Text(f"{table} 的 {name} 没有生效", f"{name} of {table} is not in force")


@look(
    "tables.ids",
    title=Text("各表的编号计数", "counters of ids"),
    remedy=Text("把计数器设到最大编号之后（setval）", "set the sequence behind the greatest id (setval)"),
)
def ids() -> Iterator[Text]:
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if not meta.managed or meta.proxy or not isinstance(meta.pk, models.AutoField | models.BigAutoField):
            continue
        table, column = (
            connection.ops.quote_name(meta.db_table),
            connection.ops.quote_name(meta.pk.column or "id"),
        )
        name = _ask("SELECT pg_get_serial_sequence(%s, %s)", table, meta.pk.column)[0][0]
        greatest = _ask(f"SELECT max({column}) FROM {table}")[0][0]  # noqa: S608 - names of our own models
        stands = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}"  # noqa: S608 - as above
        given = _ask(stands)[0][0] if name else None
        if greatest is not None and given is not None and given < greatest:
            yield Text(
                f"{meta.db_table} 已用到 {greatest}，计数器只到 {given}",
                f"{meta.db_table} has rows up to {greatest}, its counter stands at {given}",
            )


@look(
    "tables.orphans",
    title=Text("引用的行不存在", "rows that refer to nothing"),
    remedy=Text("从备份找回被引用的行", "bring back the rows they refer to from a backup"),
    deep=True,
)
def orphans() -> Iterator[Text]:
    for child, column, parent, key in _ask(_REFERENCES):
        found = _ask(
            f"SELECT count(*), (array_agg(lost.{column}))[1:{SHOWN}] FROM {child} AS lost"  # noqa: S608 - names of the catalogue
            f" WHERE lost.{column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM {parent} AS there WHERE there.{key} = lost.{column})"
        )
        if found[0][0]:
            count, which = found[0][0], ", ".join(str(one) for one in found[0][1])
            yield Text(
                f"{child}.{column} 有 {count} 行指向不存在的 {parent}：{which}",
                f"{count} rows of {child}.{column} refer to {parent} that do not exist: {which}",
            )


@look(
    "tables.subjects",
    title=Text("主体不存在的记录", "records about nothing"),
    remedy=Text("从备份找回主体", "bring back the rows they are about from a backup"),
    deep=True,
)
def subjects() -> Iterator[Text]:
    """Rows that name what they are about by its type and number, such as attachments, clocks and obligations."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.fields}
        if (
            not {"subject_type", "subject_id"} <= names
            or model._meta.app_label in OUTLIVE
            or model._meta.proxy
        ):
            continue
        rows = model._base_manager.exclude(subject_type="").filter(subject_id__isnull=False)
        for label in rows.order_by().values_list("subject_type", flat=True).distinct():
            yield from _without_subject(model, rows.filter(subject_type=label), label)


def about_nothing(rows: Any, label: str) -> Any:
    """Those of `rows` whose subject of the type `label` is gone; all of them when there is no such type."""
    try:
        there = apps.get_model(label)._base_manager.filter(pk=OuterRef("subject_id"))
    except (LookupError, ValueError):
        return rows
    return rows.filter(~Exists(there))


def _without_subject(model: type[models.Model], rows: Any, label: str) -> Iterator[Text]:
    lost = about_nothing(rows, label)
    count = lost.count()
    if count:
        which = ", ".join(str(pk) for pk in lost.order_by("pk").values_list("subject_id", flat=True)[:SHOWN])
        name = model._meta.label_lower
        yield Text(
            f"{name} 有 {count} 行属于不存在的 {label}：{which}",
            f"{count} rows of {name} belong to {label} that do not exist: {which}",
        )


def _ask(query: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall())
