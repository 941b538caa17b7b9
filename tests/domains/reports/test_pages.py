"""The pages and the API of reports, statistics, delays and the dashboard; what they cost; who sees which unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.domains.cases.test_complaint_path import take_in
from tests.domains.reports.test_issuing import issued
from tests.domains.reports.test_stocktake import at, close, taken
from tests.kit import people
from tests.kit.cast import Cast
from zhize.domains.cases.models import Case, DelayAudit
from zhize.domains.reports import building, dashboard, periods, selectors, services
from zhize.domains.reports.models import Report
from zhize.domains.visits import selectors as visits
from zhize.domains.visits import services as calls
from zhize.domains.visits.models import Callback
from zhize.kernel import access, measures, packs
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts import capabilities, tokens
from zhize.kernel.clocks import ticking
from zhize.kernel.db import NotFound
from zhize.kernel.measures import MeasureScope
from zhize.kernel.org import selectors as org
from zhize.kernel.org.models import Appointment, Person, Position

BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(cast: Cast, login: str) -> Client:
    client = Client()
    client.force_login(cast.people[login].user, backend=BACKEND)
    return client


def march(cast: Cast, **filters: list[str]) -> MeasureScope:
    ids = org.subtree_ids(cast.centre)
    return MeasureScope.days(date(2026, 3, 1), date(2026, 3, 31), unit_ids=ids, filters=filters)


class TestTheWayOfAReport:
    def test_from_the_catalogue_to_the_filed_paper(self, month: Cast) -> None:
        lead = browser(month, "zhoutao")
        with time_machine.travel(at(2, 17), tick=False):
            page = lead.get("/reports/?code=daily_stocktake&day=2026-03-02")
            assert "顾客投诉/建议日盘点表" in page.content.decode()
            given = {"code": "daily_stocktake", "unit": month.centre.pk, "day": "2026-03-02"}
            answer = lead.post("/reports/open/", given)
            row = Report.objects.get()
            assert answer.url == f"/reports/{row.pk}/"
            lead.post(f"/reports/{row.pk}/texts/remarks/", {"text": "与控制中心核对一致"})
            assert "与控制中心核对一致" in lead.get(answer.url).content.decode()
            assert lead.get(f"/reports/{row.pk}/pdf/").content[:5] == b"%PDF-"
            assert lead.get(f"/reports/{row.pk}/verbs/issue/").status_code == 200
            assert lead.post(f"/reports/{row.pk}/verbs/issue/").status_code == 302
            row.refresh_from_db()
            assert row.state == "issued"
            assert b"".join(lead.get(f"/reports/{row.pk}/pdf/").streaming_content)[:5] == b"%PDF-"
            assert lead.get(f"/reports/{row.pk}/xlsx/").status_code == 200
            assert lead.get(f"/reports/{row.pk}/print/").status_code == 200
            supervisor = browser(month, "wangfang")
            supervisor.get(f"/reports/{row.pk}/")
            read = row.receipts.get(position__code="service_supervisor")
            assert read.read_by == month.people["wangfang"]
            supervisor.post(f"/reports/{row.pk}/verbs/accept/", {"note": ""})
        row.refresh_from_db()
        assert row.state == "accepted"
        control = browser(month, "kongzhi")
        with time_machine.travel(at(2, 19), tick=False):
            assert control.get("/reports/").status_code == 200
            assert control.post(f"/reports/{row.pk}/receive/").status_code == 302
        assert row.receipts.get(position__code="control_operator").received_at is not None

    def test_what_a_period_says_so_far_is_taken_along_without_beginning_to_compile_it(
        self, month: Cast
    ) -> None:
        desk, address = browser(month, "zhoutao"), "/reports/?code=monthly_stocktake&day=2026-03-01"
        with time_machine.travel(at(20, 17), tick=False):
            assert "&amp;form=pdf" in desk.get(address).content.decode()
            assert desk.get(f"{address}&form=pdf").content[:5] == b"%PDF-"
            book = desk.get(f"{address}&form=xlsx")
            assert book.content[:2] == b"PK"
            assert ".xlsx" in book["Content-Disposition"]
            assert "预览，还没有编制和签发" in desk.get(f"{address}&form=print").content.decode()
        assert not Report.objects.exists()

    def test_the_reason_why_it_cannot_be_issued_leads_to_the_empty_text(self, month: Cast) -> None:
        """Also: numbers and names are not broken, files have a name for old programs, units their names."""
        with time_machine.travel(at(20, 17), tick=False):
            client = browser(month, "sunli")
            row = services.open_draft(
                actor=month.actor("sunli"), code="monthly_situation", unit=month.centre, day=date(2026, 3, 1)
            )
            page = client.get(f"/reports/{row.pk}/")
            (block,) = page.context["missing"]
            shown = page.content.decode()
            assert f'href="#text-{block["key"]}"' in shown
            assert f'id="text-{block["key"]}"' in shown
            assert page.context["content"]["wide"]
            assert (
                'filename="monthly_situation-2026-03.xlsx"'
                in client.get(f"/reports/{row.pk}/xlsx/")["Content-Disposition"]
            )
            listed = client.get(f"/cases/?under={month.centre.pk}&counted=true").content.decode()
            services.write_text(actor=month.actor("sunli"), report=row, key=block["key"], text="已分析")
            assert client.get(f"/reports/{row.pk}/").context["missing"] == []
        assert str(month.centre) in listed.split("机构范围")[1][:200]

    def test_the_catalogue_says_what_is_due_and_what_is_mine(self, month: Cast) -> None:
        with time_machine.travel(at(6, 12), tick=False):
            lines = {
                line.spec.code: line
                for line in selectors.catalogue(month.actor("zhoutao"), month.centre, date(2026, 3, 1))
            }
            mine = selectors.catalogue(month.actor("sunli"), month.centre, date(2026, 3, 1), mine=True)
        friday = next(slot for slot in lines["friday_summary"].slots if slot.span.last == date(2026, 3, 6))
        assert friday.is_due
        assert str(lines["monthly_stocktake"].slots[0].label) == "未到期"
        assert [str(slot.label) for slot in lines["daily_stocktake"].slots[:7]] == ["已逾期"] * 5 + [
            "应编制",
            "未到期",
        ]
        assert {line.spec.code for line in mine} == {
            "monthly_situation",
            "monthly_analysis",
            "complaint_statistics",
        }

    def test_a_stranger_finds_nothing(self, month: Cast) -> None:
        with time_machine.travel(at(2, 18), tick=False):
            row = issued(month, "daily_stocktake", date(2026, 3, 2))
            stranger = browser(month, "qianjin")
            for path in ("", "pdf/", "xlsx/", "print/", "verbs/accept/"):
                assert stranger.get(f"/reports/{row.pk}/{path}").status_code in {403, 404}
            assert stranger.get("/statistics/").status_code == 403
            assert stranger.get("/dashboard/").status_code == 403


@pytest.mark.req("CAS-47", "REP-19", "REP-10")
def test_one_page_gives_four_counts_volume_and_delays_equal_to_the_lists(month: Cast) -> None:
    client = browser(month, "wangfang")
    with time_machine.travel(at(5), tick=False):
        ticking.tick()
        page = client.get("/statistics/?first=2026-03-01&last=2026-03-31&by=subtype")
        assert page.status_code == 200
        lines = {str(line["label"]): line["cells"] for line in page.context["natures"]}
        assert {"咨询", "故障报修", "投诉", "建议", "合计"} <= set(lines)
        assert [lines[name][0]["text"].split()[0] for name in ("投诉", "建议", "咨询", "合计")] == [
            "3",
            "1",
            "0",
            "4",
        ]
        delayed = sum(int(line["count"].split()[0]) for line in page.context["delays"])
        assert delayed == DelayAudit.objects.filter(late_since__gte=at(1, 0)).count() > 0
        shares = [float(line["share"].rstrip("%")) for line in page.context["delays"]]
        assert abs(sum(shares) - 100) < 0.5
        cells = [cell for line in page.context["natures"] for cell in line["cells"]]
        cells += [{"text": line["count"], "url": line["url"]} for line in page.context["delays"]]
        cells += [cell for line in page.context["table"]["lines"] for cell in line["cells"][:3]]
        for cell in cells:
            if cell["url"]:
                assert client.get(cell["url"]).context["slice"].count.number == int(
                    cell["text"].split()[0]
                ), cell


def test_wrong_days_of_statistics_are_said_at_their_field_and_give_no_figures(month: Cast) -> None:
    client = browser(month, "wangfang")
    wrong = (
        ("2026-03-31", "2026-03-01", "last", "结束日期在开始日期之前"),
        ("soon", "2026-03-01", "first", "例如"),
    )
    for first, last, field, said in wrong:
        text = client.get("/statistics/", {"first": first, "last": last}).content.decode()
        assert said in text.partition(f'id="id_{field}_error"')[2].partition("</span>")[0]
        assert f'value="{first}"' in text and 'class="tiles"' not in text


@pytest.mark.req("CAS-47", "REP-10", "REP-19")
def test_the_statistics_are_those_of_the_period_and_the_unit_asked_for(month: Cast) -> None:
    client = browser(month, "wangfang")
    head = Position.objects.create(unit=month.company, code="company_manager", name="总经理")
    Grant.objects.create(position=head, capability="report.statistics", scope="subtree")
    boss = people.user(people.person("总经理", held=head))
    above = Client()
    above.force_login(boss, backend=BACKEND)
    taken(month, 4, type="consultation", title="咨询", room="B101")
    taken(month, 4, type="fault", title="报修", room="D101")

    def counts(browser: Client = client, **asked: object) -> dict[str, str]:
        page = browser.get("/statistics/", {"by": "subtype", **asked})
        assert page.status_code == 200
        return {str(line["label"]): line["cells"][0]["text"].split()[0] for line in page.context["natures"]}

    with time_machine.travel(at(5), tick=False):
        whole = counts(first="2026-03-01", last="2026-03-31", unit=month.centre.pk)
        day = counts(first="2026-03-04", last="2026-03-04", unit=month.centre.pk)
        february = counts(first="2026-02-01", last="2026-02-28", unit=month.centre.pk)
        company = counts(above, first="2026-03-01", last="2026-03-31", unit=month.company.pk)
        part = counts(above, first="2026-03-04", last="2026-03-04", unit=month.centre.pk)
        beyond = client.get("/statistics/", {"unit": month.company.pk})
    names = ("咨询", "故障报修", "投诉", "建议", "合计")
    assert [whole[name] for name in names] == ["1", "1", "3", "1", "6"]
    assert [day[name] for name in names] == ["1", "1", "0", "0", "2"]
    assert [february[name] for name in names] == ["0", "0", "1", "0", "1"]
    assert (company, part) == (whole, day)
    assert beyond.status_code == 404


@pytest.mark.req("CAS-18")
def test_each_delay_needs_a_reason_and_an_audit_and_is_counted_by_department(month: Cast) -> None:
    with time_machine.travel(at(5), tick=False):
        ticking.tick()
        delay = DelayAudit.objects.filter(person=month.people["chenjing"]).first()
        leader, owner = browser(month, "wangfang"), browser(month, "chenjing")
        assert leader.post(f"/delays/{delay.pk}/audit/").status_code == 422
        assert owner.post(f"/delays/{delay.pk}/explain/", {"reason": "等待配件"}).status_code == 302
        assert leader.post(f"/delays/{delay.pk}/audit/").status_code == 302
        delay.refresh_from_db()
        assert (delay.reason, delay.audited_by) == ("等待配件", month.people["wangfang"])
        assert leader.get("/delays/").status_code == 200
        groups = measures.breakdown("delay.count", march(month), ["department"])
    assert sum(int(group.result.value) for group in groups) >= 1
    assert all(group.labels[0] for group in groups)


@pytest.mark.req("CAS-45")
def test_the_share_solved_and_not_repeated_within_30_days_per_month(cast: Cast) -> None:
    first = taken(cast, 1, subtype="lift_fault", room="A201")
    second = taken(cast, 1, subtype="leak_upstairs", room="C101")
    close(cast, first, 2)
    close(cast, second, 2)
    with time_machine.travel(at(20), tick=False):
        again = take_in(cast, subtype="lift_fault", room="A201")
        assert again.repeat_of == first
        found = measures.value("case.solved_once_rate", march(cast))
        trend = measures.trend("case.solved_once_rate", march(cast), "month")
    assert (found.part, found.whole) == (1, 2)
    assert [one.value for one in trend] == [found.value]


@pytest.mark.req("VIS-22")
def test_callbacks_done_in_time_by_planned_per_person_and_month(month: Cast) -> None:
    with time_machine.travel(at(5), tick=False):
        scope = march(month)
        lines = visits.completion(month.actor("wangfang"), scope.since, scope.until)
        shown = dashboard.callbacks(month.centre, list(scope.unit_ids or ()), scope)
    planned = Callback.objects.filter(due_at__gte=scope.since, due_at__lt=scope.until).count()
    assert sum(line.planned for line in lines) == planned == 2
    assert [(one["name"], one["rate"]) for one in shown] == [("孙丽", "100.0%")]


@pytest.mark.req("REP-45")
def test_the_opinion_list_is_sent_with_receipt(month: Cast) -> None:
    officer = Person.objects.create(name="温馨", employee_no="A21", email="wenxin@wy.example")
    Appointment.objects.create(
        person=officer, position=month.position("community_officer"), from_on=date(2024, 1, 1)
    )
    actor = access.for_person(officer, channel="web")
    with time_machine.travel(at(31, 15), tick=False):
        topic = packs.listing("opinion_topics")[0].code
        calls.record(
            actor=actor,
            unit=month.centre,
            topic=topic,
            text="希望多办社区活动",
            customer=month.customers["A101"],
        )
        row = services.open_draft(
            actor=actor, code="owners_opinions", unit=month.centre, day=date(2026, 3, 31)
        )
        services.write_text(actor=actor, report=row, key="proposal", text="四月办邻里节")
        services.issue(actor=actor, report=row)
        lines = next(one for one in selectors.content(row)["blocks"] if one["title"] == "听取的意见")["rows"]
        assert [line[3]["text"] for line in lines] == ["希望多办社区活动"]
        services.accept(actor=month.actor("wangfang"), report=row)
    receipt = row.receipts.get(position__code="service_supervisor")
    assert (row.state, receipt.received_by) == ("accepted", month.people["wangfang"])


@pytest.mark.req("ORG-31")
def test_the_company_sees_both_centres_and_a_centre_only_itself(month: Cast) -> None:
    head = Position.objects.create(unit=month.company, code="company_manager", name="总经理")
    desk = Position.objects.create(unit=month.sibling, code="branch_manager", name="经理")
    for position in (head, desk):
        for capability in ("report.view", "report.statistics", "case.view"):
            Grant.objects.create(position=position, capability=capability, scope="subtree")
    people = {}
    for number, position in (("C1", head), ("C2", desk)):
        people[number] = Person.objects.create(name=number, employee_no=number)
        Appointment.objects.create(person=people[number], position=position, from_on=date(2024, 1, 1))
    above, beside = (access.for_person(people[number], channel="web") for number in ("C1", "C2"))
    assert month.centre in selectors.units(above)
    assert month.company in selectors.units(above)
    assert month.centre not in selectors.units(beside)
    with pytest.raises(NotFound):
        selectors.unit_of(beside, month.centre.pk)
    with time_machine.travel(at(2, 18), tick=False):
        row = issued(month, "daily_stocktake", date(2026, 3, 2))
    assert selectors.report(above, row.pk) == row
    with pytest.raises(NotFound):
        selectors.report(beside, row.pk)
    case = Case.objects.filter(unit=month.centre).first()
    assert access.allowed(above, "case.view", case)
    assert not access.allowed(beside, "case.view", case)


class TestTheCost:
    """As many queries for many cases as for few."""

    def many(self, cast: Cast) -> None:
        for day in (3, 4, 5, 6, 9):
            taken(cast, day, subtype="lift_fault", room="B101")
            taken(cast, day, subtype="leak_upstairs", room="D101")

    def queries(self, call) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            call()
        return len(found)

    def test_of_the_dashboard(self, month: Cast) -> None:
        client = browser(month, "wangfang")
        with time_machine.travel(at(12), tick=False):
            client.get("/dashboard/")
            before = self.queries(lambda: client.get("/dashboard/"))
        self.many(month)
        with time_machine.travel(at(12), tick=False):
            client.get("/dashboard/")
            assert self.queries(lambda: client.get("/dashboard/")) == before < 60

    @pytest.mark.parametrize(
        ("index", "ask"),
        [
            ("case_in_hand", lambda cast: dashboard.in_hand(cast.centre, march(cast).unit_ids, at(12))),
            (
                "case_accepted",
                lambda cast: measures.trends(["case.opened", "case.in_time_rate"], march(cast), "month"),
            ),
            ("case_closed", lambda cast: measures.value("case.closed", march(cast))),
        ],
    )
    def test_of_counting_hundreds_of_thousands_of_cases(
        self, month: Cast, index: str, ask: Callable[[Cast], object]
    ) -> None:
        """They are counted from an index alone: their rows are far apart and not needed."""
        with CaptureQueriesContext(connection) as found, time_machine.travel(at(12), tick=False):
            assert ask(month)
        with connection.cursor() as cursor:
            # Of so few rows any index is as good: what the lists go by is taken away.
            cursor.execute("DROP INDEX case_open, case_unit_list, case_owner_list, case_late, case_due")
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {found.captured_queries[-1]['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert f"Index Only Scan using {index} on cases_case" in plan

    @pytest.mark.parametrize(
        "code", ["daily_stocktake", "monthly_stocktake", "monthly_situation", "monthly_package"]
    )
    def test_of_a_report(self, month: Cast, code: str) -> None:
        spec = packs.live("reports", code)
        making = building.Making(spec, month.centre, periods.of(spec, date(2026, 3, 3)))
        with time_machine.travel(at(12), tick=False):
            building.build(making)
            before = self.queries(lambda: building.build(making))
        self.many(month)
        with time_machine.travel(at(12), tick=False):
            assert self.queries(lambda: building.build(making)) == before


def test_the_api_lists_reads_issues_and_prints(month: Cast) -> None:
    token = tokens.issue(actor=access.system(capabilities.CLI), user=month.people["zhoutao"].user, name="t")
    secret = token.secret
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    with time_machine.travel(at(2, 17), tick=False):
        given = {"code": "daily_stocktake", "unit": month.centre.pk, "day": "2026-03-02"}
        made = client.post("/api/v1/reports", given, content_type="application/json")
        assert made.status_code == 201, made.content
        pk = made.json()["id"]
        issued_one = client.post(f"/api/v1/reports/{pk}/verbs/issue", {}, content_type="application/json")
        assert issued_one.json()["state"] == "issued"
        assert client.get("/api/v1/reports?state=issued").json()["items"][0]["digest"]
        assert client.get(f"/api/v1/reports/{pk}").json()["content"]["blocks"][0]["title"] == "盘点"
        assert client.get(f"/api/v1/reports/{pk}/pdf")["Content-Type"] == "application/pdf"
