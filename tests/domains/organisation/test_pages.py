"""Pages of units, people, positions, areas and outside bodies, through the browser's door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.kernel.calendars import build
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.customers.models import Customer
from zhize.kernel import access, calendars, history
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import (
    Absence,
    Appointment,
    Area,
    AreaAssignment,
    Clause,
    ExternalBody,
    ExternalContact,
    ExternalExchange,
    Person,
    Position,
    Shift,
    Unit,
)
from zhize.lib import clock


def browser(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return str(answer.content.decode())


def send(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
    answer = client.post(path, data or {})
    assert answer.status_code in {200, 302}, (path, answer.status_code, answer.content.decode()[-3000:])
    return answer


class TestUnits:
    @pytest.mark.req("ORG-01")
    def test_a_regional_unit_is_set_up_and_found_by_code_and_by_short_name(self, cast: Cast) -> None:
        client = browser("liuqiang")
        send(
            client,
            "/units/new/",
            {
                "parent": cast.centre.pk, "name": "区域销售服务机构", "short_name": "区域机构", "code": "39 510 000",
                "kind": "region", "level": "三级", "timezone": "Asia/Shanghai",
            },
        )  # fmt: skip
        unit = Unit.objects.get(code="39 510 000")
        assert (unit.kind, unit.level, unit.parent) == ("region", "三级", cast.centre)
        for words in ("39 510 000", "39510000", "区域机构", "区域销售"):
            shown = text_of(client, f"/units/?q={words}")
            assert "区域销售服务机构" in shown, words
            assert "碧水园物业服务中心" in shown  # the line upwards
            assert "工程部" not in shown
        assert "没有找到单位" in text_of(client, "/units/?q=火星")

    def test_a_code_twice_is_refused_in_the_form(self, cast: Cast) -> None:
        answer = browser("liuqiang").post(
            "/units/new/",
            {
                "parent": cast.centre.pk,
                "name": "又一个",
                "code": "WY-A",
                "kind": "office",
                "timezone": "Asia/Shanghai",
            },
        )
        assert answer.status_code == 422
        assert "这个机构编码已经使用" in answer.content.decode()

    def test_a_unit_is_changed_moved_and_closed_once_empty(self, cast: Cast) -> None:
        client = browser("liuqiang")
        for code in ("X1", "X2"):
            send(
                client,
                "/units/new/",
                {"parent": cast.centre.pk, "name": code, "code": code, "kind": "office"},
            )
        one, two = Unit.objects.get(code="X1"), Unit.objects.get(code="X2")
        send(client, f"/units/{one.pk}/edit/", {"name": "一组", "code": "X1", "kind": "team"})
        send(client, f"/units/{one.pk}/move/", {"parent": two.pk})
        one.refresh_from_db()
        assert (one.name, one.parent, one.path) == ("一组", two, f"{two.path}{one.pk}/")
        assert client.post(f"/units/{two.pk}/move/", {"parent": one.pk}).status_code == 422
        send(client, f"/units/{one.pk}/close/")
        one.refresh_from_db()
        assert not one.active
        assert client.post(f"/units/{cast.centre.pk}/close/").status_code == 422
        assert "一组" not in text_of(client, "/units/")
        assert "一组" in text_of(client, "/units/?closed=1")

    def test_the_tree_asks_a_fixed_number_of_questions(
        self, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(30):
            unit = Unit.objects.create(
                parent=cast.centre, code=f"N{number}", name=f"班组{number}", kind="team"
            )
            unit.path = f"{cast.centre.path}{unit.pk}/"
            unit.save()
        client = browser("liuqiang")
        client.get("/units/")
        with django_assert_max_num_queries(20):
            assert "班组29" in text_of(client, "/units/")


class TestPeople:
    def test_a_person_is_added_appointed_and_relieved(self, cast: Cast) -> None:
        client = browser("liuqiang")
        desk = cast.position("receptionist")
        send(
            client,
            "/people/new/",
            {
                "name": "新人",
                "employee_no": "A99",
                "language": "zh-hans",
                "position": desk.pk,
                "from_on": "2026-01-01",
            },
        )
        person = Person.objects.get(employee_no="A99")
        lead = cast.position("frontdesk_lead")
        send(
            client,
            "/people/appoint/",
            {
                "person": person.pk,
                "position": lead.pk,
                "kind": "acting",
                "on_behalf_of": cast.people["zhoutao"].pk,
                "from_on": "2026-01-02",
                "to_on": "2099-02-01",
            },
        )
        acting = Appointment.objects.get(person=person, position=lead)
        shown = text_of(client, f"/people/{person.pk}/")
        for piece in ("A99", "代理", "代 周涛", f"/people/appointments/{acting.pk}/relieve/"):
            assert piece in shown
        send(client, f"/people/appointments/{acting.pk}/relieve/", {"on": "2026-01-31"})
        acting.refresh_from_db()
        assert acting.to_on == date(2026, 1, 31)

    @pytest.mark.req("ORG-30")
    def test_nobody_appoints_himself(self, cast: Cast) -> None:
        me = cast.people["liuqiang"]
        answer = browser("liuqiang").post(
            "/people/appoint/",
            {
                "person": me.pk,
                "position": cast.position("complaint_officer").pk,
                "kind": "primary",
                "from_on": "2026-01-01",
            },
        )
        assert answer.status_code == 403
        assert "不能任命自己" in answer.content.decode()

    def test_an_absence_is_proposed_to_the_end_of_the_persons_own_working_day(self, cast: Cast) -> None:
        person = cast.people["limin"]
        other = build.unit("海外组", cast.centre, timezone="America/New_York")
        place = Position.objects.create(unit=other, code="abroad", name="海外专员")
        Appointment.objects.filter(person=person).update(position=place)
        shown = browser("liuqiang").get(f"/people/{person.pk}/absent/").context["form"].initial["to_at"]
        assert shown == calendars.next_day_end(other) != calendars.next_day_end(cast.centre)

    def test_leave_and_duty_are_recorded_by_oneself(self, cast: Cast) -> None:
        client, me = browser("limin"), cast.people["limin"]
        page = f"/people/{me.pk}/absent/"
        longer = client.post(
            page, {"from_at": "2020-01-01T09:00", "to_at": "2099-01-01T09:00", "reason": "年假"}
        )
        assert longer.status_code == 422
        assert "请假申请" in longer.content.decode()
        today = clock.today()
        send(client, page, {"from_at": f"{today}T00:00", "to_at": f"{today}T23:59", "reason": "去银行"})
        absence = Absence.objects.get(person=me)
        assert "去银行" in text_of(client, f"/people/{me.pk}/")
        assert "去银行" not in text_of(browser("chenjing"), f"/people/{me.pk}/")
        send(client, f"/people/absences/{absence.pk}/back/")
        send(client, f"/people/{me.pk}/on-duty/", {"unit": cast.centre.pk, "name": "早班"})
        assert "早班" in text_of(client, "/people/presence/")
        send(client, f"/people/{me.pk}/off-duty/")
        assert Shift.objects.get(person=me).to_at is not None
        other = cast.people["chenjing"]
        assert (
            client.post(
                f"/people/{other.pk}/absent/",
                {"from_at": "2020-01-01T09:00", "to_at": "2099-01-01T09:00", "reason": "x"},
            ).status_code
            == 403
        )

    def test_the_list_filters_and_asks_a_fixed_number_of_questions(
        self, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        client = browser("liuqiang")
        desk = cast.position("receptionist")
        for number in range(40):
            person = Person.objects.create(name=f"员工{number}", employee_no=f"Z{number}")
            Appointment.objects.create(person=person, position=desk, from_on=date(2024, 1, 1))
        client.get("/people/")
        with django_assert_max_num_queries(25):
            assert "员工39" in text_of(client, "/people/")
        shown = text_of(client, f"/people/?unit={cast.sibling.pk}")
        assert "钱进" in shown and "李敏" not in shown.split("<main", 1)[1]
        assert "孙丽" in text_of(client, "/people/?q=A05")

    def test_many_are_marked_away_at_once(self, cast: Cast) -> None:
        ids = [cast.people["limin"].pk, cast.people["sunli"].pk]
        send(
            browser("liuqiang"),
            "/people/",
            {
                "_bulk": "absent",
                "ids": ids,
                "from_at": "2026-01-01T09:00",
                "to_at": "2026-01-02T09:00",
                "reason": "培训",
            },
        )
        assert set(Absence.objects.values_list("person_id", flat=True)) == set(ids)


class TestPositions:
    def test_the_list_asks_a_fixed_number_of_questions(
        self, cast: Cast, django_assert_max_num_queries: Any
    ) -> None:
        client = browser("liuqiang")
        for number in range(30):
            Position.objects.create(unit=cast.centre, code=f"x{number}", name=f"岗位{number}")
        client.get("/positions/")
        with django_assert_max_num_queries(25):
            assert "岗位29" in text_of(client, "/positions/")
        assert "岗位29" in text_of(client, "/positions/?chip=vacant")

    @pytest.mark.req("ORG-07")
    def test_a_circle_in_the_reporting_line_is_refused(self, cast: Cast) -> None:
        top, below = cast.position("service_supervisor"), cast.position("frontdesk_lead")
        answer = browser("liuqiang").post(
            f"/positions/{top.pk}/edit/",
            {"name": top.name, "code": top.code, "headcount": 1, "reports_to": below.pk},
        )
        assert answer.status_code == 422
        assert "汇报关系不能成环" in answer.content.decode()

    @pytest.mark.req("ORG-30")
    def test_nobody_grants_to_his_own_position_or_what_he_has_not(self, cast: Cast) -> None:
        client = browser("liuqiang")
        own = cast.position("centre_manager")
        assert (
            client.post(
                f"/positions/{own.pk}/rights/new/", {"capability": "case.view", "scope": "all"}
            ).status_code
            == 403
        )
        desk, boss = cast.position("archivist"), cast.actor("liuqiang")
        lacking = next(each.code for each in access.all_capabilities() if not boss.may(each.code))
        assert (
            client.post(
                f"/positions/{desk.pk}/rights/new/", {"capability": lacking, "scope": "own"}
            ).status_code
            == 422
        )
        wider = {"capability": "case.export", "scope": "all"}
        assert client.post(f"/positions/{desk.pk}/rights/new/", wider).status_code == 403
        assert not Grant.objects.filter(position=desk, capability="case.export").exists()
        send(client, f"/positions/{desk.pk}/rights/new/", {"capability": "case.export", "scope": "unit"})
        grant = Grant.objects.get(position=desk, capability="case.export")
        send(client, f"/positions/{desk.pk}/rights/{grant.pk}/revoke/")
        assert not Grant.objects.filter(pk=grant.pk).exists()


class TestAreas:
    @pytest.mark.req("ORG-21")
    def test_a_court_is_given_to_another_ambassador(self, cast: Cast) -> None:
        client, area = browser("liuqiang"), cast.areas["A"]
        assert "陈静" in text_of(client, "/areas/")
        send(
            client,
            f"/areas/{area.pk}/assign/",
            {
                "position": cast.position("ambassador").pk,
                "person": cast.people["zhaoyun"].pk,
                "from_on": "2026-01-10",
                "replace": "on",
            },
        )
        assert AreaAssignment.objects.get(area=area, person=cast.people["chenjing"]).to_on == date(2026, 1, 9)
        row = AreaAssignment.objects.get(area=area, person=cast.people["zhaoyun"])
        assert "赵云" in text_of(client, f"/areas/{area.pk}/")
        send(client, f"/areas/assignments/{row.pk}/release/", {"on": "2026-01-11"})
        assert "没有责任人" in text_of(client, "/areas/?chip=free")

    def test_an_area_is_drawn_and_closed(self, cast: Cast) -> None:
        client = browser("liuqiang")
        send(
            client, "/areas/new/", {"name": "东片区", "code": "EAST", "kind": "片区", "unit": cast.centre.pk}
        )
        area = Area.objects.get(code="EAST")
        assert area.kind == "district"
        assert "片区" in client.get(f"/areas/{area.pk}/edit/").content.decode()
        send(client, f"/areas/{area.pk}/edit/", {"name": "东片", "kind": "片区"})
        area.refresh_from_db()
        assert (area.name, area.active) == ("东片", False)


class TestOutside:
    @pytest.mark.req("ORG-12")
    def test_a_contact_with_the_consumer_council_is_a_picked_body_with_person_date_and_summary(
        self, cast: Cast
    ) -> None:
        client = browser("liuqiang")
        send(
            client,
            "/outside/new/",
            {"name": "省消协", "kind": "消协", "phone": "12315", "unit": cast.centre.pk},
        )
        body = ExternalBody.objects.get(name="省消协")
        send(
            client,
            f"/outside/{body.pk}/contacts/new/",
            {"name": "张处长", "role": "处长", "phone": "0371-12345"},
        )
        contact = ExternalContact.objects.get(body=body)
        send(
            browser("sunli"),
            f"/outside/{body.pk}/exchanges/new/",
            {"contact": contact.pk, "on": "2026-03-02", "summary": "通报本月投诉处理情况"},
        )
        row = ExternalExchange.objects.get()
        assert (row.body, row.contact, row.person, row.on) == (
            body,
            contact,
            cast.people["sunli"],
            date(2026, 3, 2),
        )
        shown = text_of(client, f"/outside/{body.pk}/")
        for piece in ("张处长", "通报本月投诉处理情况", "孙丽"):
            assert piece in shown
        assert "省消协" in text_of(client, "/outside/?q=张处长")


@pytest.mark.req("ORG-31")
def test_a_branch_changes_nothing_in_another(cast: Cast) -> None:
    """Province sees both; the desk of branch B may neither change nor appoint in branch A."""
    client = browser("qianjin")
    for path in (
        f"/units/{cast.centre.pk}/edit/",
        f"/positions/{cast.position('receptionist').pk}/edit/",
        f"/areas/{cast.areas['A'].pk}/edit/",
    ):
        assert client.post(path, {"name": "x"}).status_code in {403, 404}, path
    assert Unit.objects.get(pk=cast.centre.pk).name == "碧水园物业服务中心"


@pytest.mark.req("ORG-31")
def test_with_grants_for_their_own_unit_branches_do_not_see_each_other(cast: Cast) -> None:
    desk = Position.objects.get(unit=cast.sibling)
    Grant.objects.filter(position=desk, capability__in=("org.view", "person.view", "external.view")).update(
        scope="subtree"
    )
    client = browser("qianjin")
    assert "李敏" not in text_of(client, "/people/").split("<main", 1)[1]
    assert client.get(f"/people/{cast.people['limin'].pk}/").status_code == 404
    assert client.get(f"/units/{cast.centre.pk}/").status_code == 404
    top = Position.objects.create(unit=cast.company, code="province", name="省公司经理")
    for capability in ("org.view", "person.view"):
        Grant.objects.create(position=top, capability=capability, scope="subtree")
    chief = Person.objects.create(name="省", employee_no="P1")
    Appointment.objects.create(person=chief, position=top, from_on=date(2024, 1, 1))
    names = set(
        access.visible(access.for_person(chief, channel="web"), Person).values_list("name", flat=True)
    )
    assert {"李敏", "钱进"} <= names


def test_clauses_are_added_changed_and_dropped(cast: Cast) -> None:
    client, position = browser("liuqiang"), cast.position("archivist")
    send(
        client,
        f"/positions/{position.pk}/clauses/new/",
        {"section": "(三)其他", "number": "18.", "text": "新增条款"},
    )
    row = Clause.objects.get(position=position, number="18.")
    send(
        client,
        f"/positions/clauses/{row.pk}/",
        {"section": "(三)其他", "number": "18.", "text": "改后", "standing": "on"},
    )
    row.refresh_from_db()
    assert (row.text, row.standing) == ("改后", True)
    send(client, f"/positions/clauses/{row.pk}/drop/")
    row.refresh_from_db()
    assert not row.active


def complaint(cast: Cast, room: str = "A101") -> Any:
    intake = cases.Intake(
        type="complaint",
        title="电梯异响",
        channel="phone",
        customer=cast.customers[room],
        premises=cast.rooms[room],
    )
    return cases.open_case(actor=cast.actor("limin"), intake=intake)


@pytest.mark.req("ORG-21")
def test_a_complaint_from_a_unit_in_court_a_is_owned_by_the_ambassador_of_court_a(cast: Cast) -> None:
    assert complaint(cast, "A101").owner == cast.people["chenjing"]
    assert complaint(cast, "B201").owner == cast.people["zhaoyun"]


@pytest.mark.req("ORG-31")
def test_province_sees_all_branches_and_a_branch_cannot_open_the_customer_of_another(cast: Cast) -> None:
    customer = cast.customers["A101"]
    assert browser("qianjin").get(f"/customers/{customer.pk}/").status_code == 404
    assert customer.name not in text_of(browser("qianjin"), "/customers/")
    theirs = Customer.objects.create(
        unit=cast.sibling, kind_code="visitor", name="翠湖业主", state="active", category="working", created_at=clock.now()
    )  # fmt: skip
    assert browser("liuqiang").get(f"/customers/{theirs.pk}/").status_code == 404
    top = Position.objects.create(unit=cast.company, code="province", name="省公司经理")
    for capability in ("customer.view", "case.view", "org.view"):
        Grant.objects.create(position=top, capability=capability, scope="subtree")
    chief = Person.objects.create(name="省", employee_no="P1")
    Appointment.objects.create(person=chief, position=top, from_on=date(2024, 1, 1))
    user = User(login="province", person=chief)
    user.set_unusable_password()
    user.save()
    case, province = complaint(cast), browser("province")
    for each in (customer, theirs):
        assert each.name in text_of(province, f"/customers/{each.pk}/")
    listed = text_of(province, "/customers/")
    assert customer.name in listed and theirs.name in listed
    assert case.title in text_of(province, f"/cases/{case.number}/")


@pytest.mark.req("ORG-30")
def test_an_agent_cannot_audit_the_case_he_made(cast: Cast) -> None:
    case = complaint(cast)
    Grant.objects.filter(position=cast.position("ambassador"), capability="case.audit").delete()
    Grant.objects.create(position=cast.position("ambassador"), capability="case.audit", scope="unit")
    handler = cast.actor("chenjing")
    cases.act(actor=handler, case=case, verb="answer", data={"solution": "已修复"})
    case.refresh_from_db()
    answer = browser("chenjing").post(f"/cases/{case.number}/audit/", {"passed": "yes", "note": "可以"})
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.audited_by_id is None
    (kept,) = [entry for entry in history.timeline(case) if entry.verb == "hands.refused"]
    assert (kept.person, kept.channel) == (cast.people["chenjing"], "web")
