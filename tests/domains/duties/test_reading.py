"""Reading and signing (ORG-14, TRG-67): who owes a signature, what the signature does, what a new version does."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from python_calamine import CalamineWorkbook

from tests.domains.organisation.test_pages import browser, send, text_of
from tests.kit.cast import Cast
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services as owed
from zhize.domains.duties.models import Obligation
from zhize.domains.organisation import services
from zhize.domains.organisation.models import Reading, Signature
from zhize.domains.organisation.selectors import reading as reads
from zhize.kernel import access, calendars, history
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Appointment
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs
from zhize.lib import clock
from zhize.ui import words


def issued(cast: Cast, code: str = "ambassador", **more: Any) -> Reading:
    position = cast.position(code)
    last = position.versions.first()
    day = last.effective_from + timedelta(days=1) if last else date(2026, 1, 1)
    version = services.issue_sheet(
        actor=cast.actor("liuqiang"), position=position, effective_from=day, **more
    )
    return Reading.objects.get(sheet=version)


def debts(row: Reading, state: str = "open") -> list[Obligation]:
    rows = Obligation.objects.filter(subject_type="organisation.reading", subject_id=row.pk, state=state)
    return list(rows.select_related("holder").order_by("holder__employee_no"))


def unsigned(row: Reading) -> int:
    return reads.progress(reads.readers(row)).percent_unsigned


@pytest.mark.req("ORG-14", "TRG-67")
def test_a_published_sheet_is_owed_by_each_holder_and_each_signature_lowers_what_is_unsigned(
    cast: Cast,
) -> None:
    row = issued(cast)
    assert [each.holder.name for each in debts(row) if each.holder] == ["陈静", "赵云"]
    assert {(each.due_at - each.opened_at).days for each in debts(row) if each.due_at} <= {6, 7}
    assert unsigned(row) == 100
    item = next(
        item
        for block in duties.my_day(cast.actor("chenjing")).blocks
        for item in block.items
        if item.obligation.subject_id == row.pk
    )
    assert item.act is not None and item.act[1] == f"/readings/{row.pk}/sign/"
    client = browser("chenjing")
    assert "本人已阅读《客户大使职位说明书》第1版" in text_of(client, f"/readings/{row.pk}/")
    answer = client.post(f"/readings/{row.pk}/sign/", {"name": "赵云"})
    assert answer.status_code == 422 and "请签本人的姓名" in answer.content.decode()
    send(client, f"/readings/{row.pk}/sign/", {"name": "陈静"})
    signed = Signature.objects.get()
    assert (signed.name, signed.person, signed.reading) == ("陈静", cast.people["chenjing"], row)
    assert signed.signed_at <= clock.now()
    assert unsigned(row) == 50
    done = debts(row, "done")
    assert [each.holder for each in done] == [cast.people["chenjing"]]
    assert duties.evidence(done[0])[0].kind == "fact" and done[0].done_by == cast.people["chenjing"]
    services.sign(actor=cast.actor("zhaoyun"), reading=row, name="赵 云")
    assert unsigned(row) == 0 and debts(row) == []


@pytest.mark.req("ORG-14", "TRG-67")
def test_the_text_names_the_day_on_which_its_signatures_are_owed(cast: Cast) -> None:
    """Also where the last day is a Saturday, on which nobody works."""
    saturday = (5 - clock.today("Asia/Shanghai").weekday()) % 7 or 7
    row = issued(cast, read_in_days=saturday)
    assert {words.local(each.due_at).date() for each in debts(row) if each.due_at} == {row.due_on}
    assert row.due_on >= row.published_at.date() + timedelta(days=saturday)
    assert calendars.for_unit(row.unit).is_working_day(row.due_on)


@pytest.mark.req("ORG-14")
def test_a_new_version_asks_everybody_again_and_the_old_one_is_signed_no_more(cast: Cast) -> None:
    first = issued(cast)
    services.sign(actor=cast.actor("chenjing"), reading=first, name="陈静")
    second = issued(cast)
    assert (second.number, unsigned(second), len(debts(second))) == (2, 100, 2)
    assert debts(first) == [] and [each.holder for each in debts(first, "cancelled")] == [
        cast.people["zhaoyun"]
    ]
    first.refresh_from_db()
    with pytest.raises(Invalid):
        services.sign(actor=cast.actor("zhaoyun"), reading=first, name="赵云")
    assert Signature.objects.filter(reading=first).count() == 1


@pytest.mark.req("ORG-14")
def test_the_list_of_those_who_have_not_signed_prints_and_exports(cast: Cast) -> None:
    row = issued(cast)
    services.sign(actor=cast.actor("chenjing"), reading=row, name="陈静")
    client = browser("liuqiang")
    shown = text_of(client, f"/readings/{row.pk}/")
    assert "赵云" in shown and "未签" in shown
    printed = client.get(f"/readings/{row.pk}/unsigned.pdf")
    assert printed["Content-Type"] == "application/pdf" and printed.content.startswith(b"%PDF")
    book = client.get(f"/readings/{row.pk}/unsigned.xlsx")
    read = CalamineWorkbook.from_filelike(BytesIO(book.content))
    pages = [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]
    said = [" ".join(str(cell) for cell in line) for page in pages for line in page]
    assert any("赵云" in line and "A07" in line for line in said)
    assert any("陈静" in line and "A06" in line for line in said)
    assert "《客户大使职位说明书》" in text_of(client, "/readings/")


@pytest.mark.req("ORG-14")
def test_a_units_document_with_its_annex_is_signed_by_the_members_also_below(cast: Cast) -> None:
    client = browser("liuqiang")
    given = {
        "title": "《组织机构、职能定位、主要职责》", "unit": cast.centre.pk, "text": "公司《分公司章程》贯彻执行;",
        "annexes": "《分公司章程》", "days": 7, "below": "on",
    }  # fmt: skip
    send(client, "/readings/new/", given)
    row = Reading.objects.get()
    holders = {each.holder.name for each in debts(row) if each.holder}
    assert {"李敏", "刘强", "何伟"} <= holders and "钱进" not in holders
    shown = text_of(browser("limin"), f"/readings/{row.pk}/")
    assert "《分公司章程》" in shown and "本人已阅读《组织机构、职能定位、主要职责》第1版" in shown
    send(client, "/readings/new/", given)
    assert Reading.objects.latest("pk").number == 2 and debts(row) == []


@pytest.mark.req("ORG-14")
def test_who_joins_is_asked_and_who_left_is_not(cast: Cast) -> None:
    row = issued(cast)
    boss, fresh = cast.actor("liuqiang"), cast.people["sunli"]
    services.appoint(
        actor=boss, person=fresh, position=cast.position("ambassador"), from_on=clock.today("Asia/Shanghai")
    )
    assert fresh in [each.holder for each in debts(row)]
    old = Appointment.objects.get(person=cast.people["zhaoyun"])
    services.relieve(actor=boss, appointment=old, on=clock.today("Asia/Shanghai") - timedelta(days=1))
    assert cast.people["zhaoyun"] not in [each.holder for each in debts(row)]
    assert owed.follow_readers(actor=access.system(caps.TRIGGER)) == 0
    excused = debts(row)[0]
    owed.excuse(actor=boss, obligation=excused, reason="产假")
    assert owed.follow_readers(actor=access.system(caps.TRIGGER)) == 0
    with pytest.raises(Refused):
        services.sign(actor=cast.actor("zhaoyun"), reading=row, name="赵云")


@pytest.mark.req("ORG-14")
def test_strangers_and_those_who_are_not_asked_cannot_sign(cast: Cast) -> None:
    row = issued(cast)
    assert browser("qianjin").get(f"/readings/{row.pk}/").status_code in {200, 404}
    before = Signature.objects.count()
    for login in ("qianjin", "limin"):
        assert browser(login).post(f"/readings/{row.pk}/sign/", {"name": "陈静"}).status_code in {403, 404}
    assert browser("limin").post("/readings/new/", {"title": "x"}).status_code == 403
    assert Signature.objects.count() == before
    services.sign(actor=cast.actor("chenjing"), reading=row, name="陈静")
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.update(name="别人")


@pytest.mark.req("TRG-67")
def test_where_a_pack_has_the_duty_the_obligation_is_that_dutys(cast: Cast) -> None:
    packs.apply(
        root=loader.find("regional-organisation"), actor=access.system("packs.apply"), unit=cast.centre
    )
    position = cast.position("reg_executor")
    Appointment.objects.create(person=cast.people["limin"], position=position, from_on=date(2024, 1, 1))
    row = issued(cast, "reg_executor")
    assert [each.duty.refs for each in debts(row) if each.duty] == [["TRG-67"]]
    services.sign(actor=cast.actor("limin"), reading=row, name="李敏")
    assert debts(row) == [] and len(debts(row, "done")) == 1
    history.deliver_all()


@pytest.mark.req("ORG-14", "ORG-15")
def test_a_version_that_asks_for_no_signature_ends_the_asking_for_the_one_before(cast: Cast) -> None:
    first = issued(cast)
    position = cast.position("ambassador")
    last = position.versions.latest("number")
    services.issue_sheet(
        actor=cast.actor("liuqiang"),
        position=position,
        effective_from=last.effective_from + timedelta(days=1),
        read_in_days=None,
    )
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert debts(first) == [] and len(debts(first, "cancelled")) == 2
    assert reads.of_position(position) is None
