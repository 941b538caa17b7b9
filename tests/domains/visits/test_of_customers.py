"""What the archive knows of cases and callbacks: the one page of a customer, and when we were last in touch."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from tests.domains.cases.kit import browser, inform
from tests.domains.visits.kit import GOOD, TUESDAY, answered, callback_of, complaint
from tests.kit.cast import Cast
from zhize.domains.customers import services as customers
from zhize.domains.customers.selectors import care
from zhize.domains.visits import services as visits
from zhize.kernel import files


@pytest.mark.req("CUS-01")
def test_one_page_shows_who_contacts_cases_visits_money_and_documents(cast: Cast) -> None:
    owner, lead = cast.customers["A101"], cast.actor("wangfang")
    with time_machine.travel(TUESDAY, tick=False):
        customers.grade_customer(actor=lead, customer=owner, grade="a")
        customers.add_contact(actor=lead, customer=owner, name="周敏", phone="13900001111")
        customers.report_arrears(actor=lead, customer=owner, amount=Decimal("420"), as_of=date(2026, 3, 1))
        blob = files.store(actor=lead, content=b"%PDF-1.4 test", name="x.pdf")
        files.attach(actor=lead, blob=blob, subject=owner, name="物业服务合同.pdf")
        called, open_one = answered(cast), complaint(cast, title="门禁失灵")
        visits.finish(actor=cast.actor("sunli"), callback=callback_of(called), answers=GOOD)
        waiting = answered(cast, title="漏水")
        text = browser(cast, "wangfang").get(f"/customers/{owner.pk}/").content.decode()
    for piece in (
        owner.name, owner.number, "业主", "A级", "A苑1栋101", "周敏", "420", "物业服务合同.pdf",
        called.number, open_one.number, "门禁失灵", "已回访", "5/5", "待回访", waiting.number,
    ):  # fmt: skip
        assert piece in text, piece
    with time_machine.travel(TUESDAY, tick=False):
        sibling = browser(cast, "qianjin").get(f"/customers/{owner.pk}/")
    assert sibling.status_code == 404


@pytest.mark.req("CUS-31")
def test_talking_about_a_case_and_a_callback_are_touches(cast: Cast) -> None:
    """Whoever complained last week was not «without a touch for 30 days», and nobody noted it by hand."""
    lead = cast.actor("wangfang")
    long_ago = datetime(2025, 12, 1, tzinfo=UTC)
    type(cast.customers["A101"]).objects.all().update(created_at=long_ago, last_touch_at=None)

    def untouched() -> set[str]:
        return {row.name for row in care.untouched(lead, days=30)}

    with time_machine.travel(TUESDAY, tick=False) as now:
        everybody = untouched()
        assert len(everybody) == 8
        found = complaint(cast, room="B101", channel="staff")
        case = answered(cast)
        assert untouched() == everybody - {"业主A101"}
        inform(cast, found)
        assert untouched() == everybody - {"业主A101", "业主B101"}
        now.shift(timedelta(days=31))
        assert untouched() == everybody
        visits.finish(actor=cast.actor("sunli"), callback=callback_of(case), answers=GOOD)
        assert untouched() == everybody - {"业主A101"}
