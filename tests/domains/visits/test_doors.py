"""Callbacks and opinions by page and API: the same rules at every door."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.domains.visits.kit import GOOD, TUESDAY, answered, callback_of
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.channels.models import OutboundMail
from zhize.domains.customers.models import EmailAddress
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import history
from zhize.kernel.accounts.models import User
from zhize.kernel.db import Invalid, NotFound, Refused
from zhize.kernel.notices.models import Delivery, Notice
from zhize.kernel.org.models import Unit

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def browser(login: str) -> Client:
    made = Client(headers={"Accept-Language": "zh-CN"})
    made.force_login(User.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return made


def api(login: str) -> ApiClient:
    return ApiClient(User.objects.get(login=login))


@pytest.fixture
def noon() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as now:
        yield now


@pytest.mark.req("VIS-01", "ORG-30")
def test_the_handler_is_refused_on_the_page_and_by_the_api(cast: Cast, noon: Any) -> None:
    callback = callback_of(answered(cast))
    page = f"/callbacks/{callback.pk}/"
    shown = browser("chenjing").get(page)
    assert shown.status_code == 200
    assert "回访要由别人来做" in shown.content.decode()
    assert browser("chenjing").post(page, {"solved": "yes", "overall": "5"}).status_code == 403
    assert browser("chenjing").post(f"{page}attempt/", {"outcome": "busy"}).status_code == 403
    for path, body in (("finish", {"answers": GOOD}), ("attempts", {"outcome": "busy"})):
        assert api("chenjing").post(f"/callbacks/{callback.pk}/{path}", body).status_code == 403
    callback.refresh_from_db()
    assert (callback.state, callback.attempt_count) == ("open", 0)


def test_programs_find_the_callback_of_a_case(cast: Cast, noon: Any) -> None:
    callback, other = callback_of(answered(cast)), callback_of(answered(cast))
    found = api("sunli").get(f"/callbacks?case={callback.case_id}").json()["items"]
    assert [row["id"] for row in found] == [callback.pk] != [other.pk]


@pytest.mark.req("VIS-01")
def test_the_caller_records_the_result_on_the_page(cast: Cast, noon: Any) -> None:
    callback = callback_of(answered(cast))
    officer = browser("sunli")
    assert str(callback.case.number) in officer.get("/callbacks/").content.decode()
    answer = officer.post(f"/callbacks/{callback.pk}/", {"solved": "yes", "overall": "5", "remark": "很快"})
    assert answer.status_code == 302
    callback.refresh_from_db()
    assert (callback.state, callback.score, callback.answers["remark"]) == ("done", 5, "很快")


@pytest.mark.req("VIS-13")
def test_a_problem_without_follow_up_is_an_error_beside_its_field(cast: Cast, noon: Any) -> None:
    callback = callback_of(answered(cast))
    given = {"solved": "yes", "overall": "5", "remaining": "true"}
    officer = browser("sunli")
    refused = officer.post(f"/callbacks/{callback.pk}/", given)
    assert refused.status_code == 422
    assert 'id="id_follow_up_error"' in refused.content.decode()
    assert officer.post(f"/callbacks/{callback.pk}/", {**given, "follow_up": "楼道灯坏了"}).status_code == 302
    callback.refresh_from_db()
    assert callback.follow_up is not None


def test_the_api_reads_tries_and_finishes(cast: Cast, noon: Any) -> None:
    callback = callback_of(answered(cast))
    client = api("sunli")
    listed = client.get("/callbacks", state="open").json()["items"]
    assert [row["id"] for row in listed] == [callback.pk]
    tried = client.post(f"/callbacks/{callback.pk}/attempts", {"outcome": "no_answer"}).json()
    assert (tried["state"], [one["outcome"] for one in tried["tried"]]) == ("tried", ["no_answer"])
    refused = client.post(f"/callbacks/{callback.pk}/finish", {"answers": {**GOOD, "remaining": True}})
    assert refused.status_code == 422
    assert "follow_up" in refused.json()["errors"]
    done = client.post(f"/callbacks/{callback.pk}/finish", {"answers": GOOD}).json()
    assert (done["state"], done["score"], done["satisfied"]) == ("done", 5, True)
    assert client.get("/callbacks/completion").json()[0]["rate"] == 100
    assert api("qianjin").get(f"/callbacks/{callback.pk}").status_code in {403, 404}


@pytest.mark.req("VIS-16")
def test_a_joint_visit_by_page_and_api_names_two(cast: Cast, noon: Any) -> None:
    first, second = callback_of(answered(cast)), callback_of(answered(cast, room="B101"))
    people = {"person": cast.people["chenjing"].pk, "companion": cast.people["wangfang"].pk}
    lead = browser("wangfang")
    same = lead.post(f"/callbacks/{first.pk}/visit/", {**people, "companion": people["person"]})
    assert same.status_code == 422
    assert 'id="id_companion_error"' in same.content.decode()
    assert lead.post(f"/callbacks/{first.pk}/visit/", people).status_code == 302
    made = api("wangfang").post(f"/cases/{second.case_id}/joint-visits", people)
    assert made.status_code == 201
    assert {made.json()["caller"]["name"], made.json()["companion"]["name"]} == {"陈静", "王芳"}
    assert Callback.objects.filter(kind="visit").count() == 2


@pytest.mark.req("VIS-14")
def test_the_register_of_opinions_filters_by_role_and_topic(cast: Cast, noon: Any) -> None:
    for login, topic in (("chenjing", "suggestions"), ("limin", "procedures"), ("chenjing", "environment")):
        visits.record(
            actor=cast.actor(login), topic=topic, text=f"{topic}：希望改进", customer=cast.customers["A101"]
        )
    supervisor, role = api("wangfang"), cast.position("ambassador").pk
    topics = lambda **query: {row["topic"] for row in supervisor.get("/opinions", **query).json()["items"]}  # noqa: E731
    assert topics() == {"suggestions", "procedures", "environment"}
    assert topics(role=role) == {"suggestions", "environment"}
    assert topics(role=role, topic="environment") == {"environment"}
    page = browser("wangfang").get("/opinions/", {"role": role, "topic": "environment"}).content.decode()
    assert "environment：希望改进" in page
    assert "procedures：希望改进" not in page


@pytest.mark.req("VIS-18")
def test_an_opinion_is_passed_on_and_signed_for_by_the_receiver(cast: Cast, noon: Any) -> None:
    opinion = visits.record(
        actor=cast.actor("sunli"), topic="facilities", text="健身器材坏了", customer=cast.customers["A101"]
    )
    engineering = Unit.objects.get(pk=cast.position("engineering_head").unit_id)
    visits.transfer(actor=cast.actor("sunli"), opinion=opinion, unit=engineering)
    with pytest.raises((Refused, NotFound)):
        visits.receive(actor=cast.actor("sunli"), opinion=opinion)
    got = api("hewei").post(f"/opinions/{opinion.pk}/receive")
    assert got.status_code == 200
    assert (got.json()["received_by"]["name"], got.json()["unit_to"]) == ("何伟", engineering.pk)
    assert (
        api("hewei").post(f"/opinions/{opinion.pk}/answer", {"text": "本周更换"}).json()["state"]
        == "answered"
    )
    page = browser("sunli").get("/opinions/").content.decode()
    assert str(engineering) in page
    opinion.refresh_from_db()
    assert (opinion.received_by, opinion.sent_at, opinion.received_at) == (
        cast.people["hewei"],
        TUESDAY,
        TUESDAY,
    )


@pytest.mark.req("VIS-22")
def test_completion_is_shown_per_person_and_month(cast: Cast, noon: Any) -> None:
    visits.finish(actor=cast.actor("sunli"), callback=callback_of(answered(cast)), answers=GOOD)
    page = browser("wangfang").get("/callbacks/completion/").content.decode()
    assert "2026-03" in page
    assert "孙丽" in page
    assert "100%" in page


def test_the_callback_list_takes_as_many_queries_for_one_as_for_many(cast: Cast, noon: Any) -> None:
    officer = browser("sunli")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert officer.get("/callbacks/").status_code == 200
        return len(seen)

    visits.attempt(actor=cast.actor("sunli"), callback=callback_of(answered(cast)), outcome="busy")
    queries()
    before = queries()
    for room in ("A201", "B101", "B201", "C101"):
        visits.attempt(
            actor=cast.actor("sunli"), callback=callback_of(answered(cast, room=room)), outcome="busy"
        )
    assert queries() == before
    assert before < 40


def test_a_link_is_shown_once_to_whoever_may_send_it(cast: Cast, noon: Any) -> None:
    callback = callback_of(answered(cast))
    answer = browser("sunli").post(f"/callbacks/{callback.pk}/link/", headers=HTMX)
    assert answer.status_code == 200
    assert "/p/survey/" in answer.content.decode()
    path = api("sunli").post(f"/callbacks/{callback.pk}/survey-link").json()["path"]
    assert Client().get(path).status_code == 200


def test_the_survey_goes_to_the_customer_by_mail_and_its_link_opens(cast: Cast, noon: Any) -> None:
    callback = callback_of(answered(cast))
    officer = browser("sunli")
    page, button = f"/callbacks/{callback.pk}/", f"/callbacks/{callback.pk}/mail/"
    assert button not in officer.get(page).content.decode()
    with pytest.raises(Invalid):
        visits.mail_link(actor=cast.actor("sunli"), callback=callback)
    EmailAddress.objects.create(
        customer=callback.case.customer, address="zhang@example.com", created_at=TUESDAY
    )
    assert button in officer.get(page).content.decode()
    assert officer.post(button).status_code == 302
    sent = Delivery.objects.get(address="zhang@example.com")
    link = re.search(r"https?://[^/\s]+(/p/survey/\S+)", sent.body)
    assert link is not None
    asked = Client().get(link.group(1))
    assert asked.status_code == 200 and 'name="overall"' in asked.content.decode()
    assert OutboundMail.objects.get(case=callback.case, kind="survey").to == ["zhang@example.com"]
    assert any(entry.verb == "mail.sent" for entry in history.timeline(callback.case))
    again = api("sunli").post(f"/callbacks/{callback.pk}/survey-mail")
    assert again.json() == {"to": ["zhang@example.com"]}
    assert browser("hewei").post(button).status_code in {403, 404}


@pytest.mark.req("VIS-18", "REP-45")
def test_the_department_is_told_of_an_opinion_and_who_heard_it_of_the_answer(cast: Cast, noon: Any) -> None:
    opinion = visits.record(actor=cast.actor("sunli"), topic="facilities", text="健身器材坏了")
    visits.transfer(
        actor=cast.actor("sunli"),
        opinion=opinion,
        unit=Unit.objects.get(pk=cast.position("engineering_head").unit_id),
    )
    history.deliver_all()
    told = Notice.objects.get(template="opinion.sent")
    assert (told.person, told.subject_id) == (cast.people["hewei"], opinion.pk)
    assert "健身器材坏了" in browser("hewei").get("/notices/").content.decode()
    visits.receive(actor=cast.actor("hewei"), opinion=opinion)
    visits.answer(actor=cast.actor("hewei"), opinion=opinion, text="本周更换")
    history.deliver_all()
    back = Notice.objects.get(template="opinion.answered")
    assert back.person == cast.people["sunli"]
    assert "本周更换" in back.body


@pytest.mark.req("CHN-05")
def test_submissions_to_verify_stand_in_a_list_of_their_own(cast: Cast) -> None:
    said = {
        "type": "complaint",
        "title": "楼道堆物",
        "name": "王女士",
        "phone": "13800138001",
        "consent": "on",
    }
    assert Client().post("/p/WY-A/", said).status_code == 302
    lead = browser("zhoutao")
    page = lead.get("/submissions/").content.decode()
    assert "楼道堆物" in page
    assert "/p/WY-A/" in page
    number = page.split("/verbs/verify/")[0].rsplit("/cases/", 1)[1]
    form = lead.get(f"/cases/{number}/verbs/verify/").context["form"]
    shown = {name: value for name in form.fields if (value := form[name].value()) is not None}
    assert lead.post(f"/cases/{number}/verbs/verify/", {**shown, "note": "已核实"}).status_code == 302
    assert "楼道堆物" not in lead.get("/submissions/").content.decode()
    assert browser("limin").get("/submissions/").status_code == 403
