"""A property centre with many cases: made by copying one real case in the database, then indexed for search."""

from __future__ import annotations

from django.db import connection

from tests.kit.cast import Cast, build
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.kernel.search import indexing, providers

SUBJECTS = [
    "电梯异响",
    "楼上漏水",
    "车位被占",
    "垃圾未清",
    "装修噪音",
    "路灯不亮",
    "门禁失灵",
    "暖气不热",
    "树木遮光",
    "宠物扰民",
]


def fill(count: int) -> Cast:
    """Build the cast and `count` cases: one in twenty open, spread over two years, ten subjects."""
    cast = build()
    intake = cases.Intake(
        type="complaint",
        title=SUBJECTS[0],
        channel="phone",
        customer=cast.customers["A101"],
        premises=cast.rooms["A101"],
    )
    first = cases.open_case(actor=cast.actor("limin"), intake=intake)
    own = [field.column for field in Case._meta.concrete_fields]
    made = {
        "number": "'TS-' || to_char(20200000 + g, 'FM00000000') || '-' || to_char(g %% 10000, 'FM0000')",
        "title": "(ARRAY[" + ",".join(f"'{name}'" for name in SUBJECTS) + "])[1 + g %% 10] || ' ' || g",
        "category": "CASE WHEN g %% 20 = 0 THEN 'new' ELSE 'closed' END",
        "state": "CASE WHEN g %% 20 = 0 THEN 'accepted' ELSE 'closed' END",
        "closed_at": "CASE WHEN g %% 20 = 0 THEN NULL ELSE accepted_at - (g %% 700) * interval '1 day' + interval '1 day' END",
        "accepted_at": "accepted_at - (g %% 700) * interval '1 day'",
        "next_due_at": "CASE WHEN g %% 20 = 0 THEN next_due_at + (g %% 48) * interval '1 hour' END",
        "contact_phone": "'139' || to_char(g, 'FM00000000')",
        "external_ref": "''",
    }
    columns = [column for column in own if column != "id"]
    values = ", ".join(made.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_case ({names}) SELECT {values} FROM cases_case, generate_series(1, %s) AS g WHERE id = %s",
            [count, first.pk],
        )
    indexing.reindex(providers.provider("cases.case"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast
