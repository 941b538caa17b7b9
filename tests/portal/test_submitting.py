"""A customer fills in the department's form: nothing is dispatched before it was verified."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.domains.cases.kit import browser
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.cases.services.assigning import NotVerified
from zhize.domains.duties.models import Obligation
from zhize.kernel import files
from zhize.portal import door

FORM = "/p/WY-A/"
DRAWER = {"HX-Request": "true", "HX-Target": "drawer-body"}
SAID = {
    "type": "complaint",
    "title": "电梯有异响",
    "description": "早上七点开始",
    "address": "A苑1栋101",
    "name": "张先生",
    "phone": "138 0013 8000",
    "consent": "on",
}


def submitted(client: Client, **more: Any) -> Case:
    answer = client.post(FORM, {**SAID, **more})
    assert answer.status_code == 302, re.findall(r"field-error.*?</div>", answer.content.decode(), re.S)
    return Case.objects.latest("pk")


@pytest.mark.req("CHN-05")
def test_a_web_order_waits_to_be_verified_and_cannot_be_dispatched_before(
    cast: Cast, stranger: Client
) -> None:
    case = submitted(stranger)
    assert (case.state, case.channel, case.owner_id) == (case.spec.unverified, "web", None)
    assert (case.contact_phone, case.premises) == ("13800138000", cast.rooms["A101"])
    with pytest.raises(NotVerified):
        cases.assign(actor=cast.actor("zhoutao"), case=case, to=cast.people["chenjing"])
    cases.verify(actor=cast.actor("zhoutao"), case=case)
    case.refresh_from_db()
    assert case.owner == cast.people["chenjing"]


@pytest.mark.req("CHN-05")
def test_a_number_nobody_answers_is_refused_beside_its_field(cast: Cast, stranger: Client) -> None:
    answer = stranger.post(FORM, {**SAID, "phone": "12345"})
    assert answer.status_code == 422
    assert "打不通" in answer.context["form"].errors["phone"][0]
    assert not Case.objects.exists()


@pytest.mark.req("CHN-05")
def test_a_room_written_in_other_words_is_the_customers_own(cast: Cast, stranger: Client) -> None:
    assert submitted(stranger, address="Ａ苑一栋101室").premises == cast.rooms["A101"]


@pytest.mark.req("CHN-05")
def test_verifying_on_the_case_page_dispatches(cast: Cast, stranger: Client) -> None:
    case = submitted(stranger)
    cases.act(actor=cast.actor("zhoutao"), case=case, verb="verify", note="已电话核实")
    case.refresh_from_db()
    assert case.verified_at is not None
    assert case.owner == cast.people["chenjing"]


@pytest.mark.req("CHN-05", "CAS-05")
def test_the_leader_owes_the_verifying_and_the_customer_is_answered_from_when_he_wrote(
    cast: Cast, stranger: Client
) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 1, 0, tzinfo=UTC), tick=False) as now:
        case = submitted(stranger)
        (owed,) = Obligation.objects.filter(subject_type="cases.case", subject_id=case.pk)
        assert (owed.holder, owed.due_at) == (cast.people["zhoutao"], case.accepted_at + timedelta(hours=2))
        page = browser(cast, "zhoutao")
        assert reverse("cases:verify", args=[case.number]) in page.get("/").content.decode()
        now.shift(timedelta(hours=1))
        form = reverse("cases:verify", args=[case.number])
        given = page.get(form, headers=DRAWER).context["form"].initial
        tidied = {
            **{name: value for name, value in given.items() if isinstance(value, str)},
            "title": "三栋电梯异响",
            "premises": cast.rooms["A201"].pk,
        }
        assert page.post(form, tidied, headers=DRAWER).status_code in {200, 204}
        owed.refresh_from_db()
        case.refresh_from_db()
        assert owed.state == "done"
        assert (case.title, case.premises, case.owner) == (
            "三栋电梯异响",
            cast.rooms["A201"],
            cast.people["chenjing"],
        )
        answer = Obligation.objects.get(subject_id=case.pk, holder=cast.people["chenjing"])
        assert answer.due_at == case.accepted_at + timedelta(hours=24)


def test_the_customer_gets_a_number_and_a_code(cast: Cast, stranger: Client) -> None:
    answer = stranger.post(FORM, SAID, follow=True)
    case = Case.objects.latest("pk")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert case.number in page
    assert "/p/progress/" in page
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"


def test_photos_come_with_it_and_none_is_lost_by_a_fault(cast: Cast, stranger: Client, photo: Any) -> None:
    faulty = stranger.post(FORM, {**SAID, "title": "", "photos": [photo("一.png"), photo("二.png")]})
    page = faulty.content.decode()
    assert faulty.status_code == 422
    assert "张先生" in page
    tickets = re.findall(r'name="photos" value="([^"]+)"', page)
    assert len(tickets) == 2
    case = submitted(stranger, photos=[*tickets, photo("三.png")])
    assert {row.name for row in files.for_subject(case)} == {"一.png", "二.png", "三.png"}
    assert all(row.visible_to_customer for row in files.for_subject(case))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"phone": "", "email": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"consent": ""}, "consent"),
        ({"name": ""}, "name"),
        ({"type": "fire"}, "type"),
    ],
)
def test_faults_stand_beside_their_fields(
    cast: Cast, stranger: Client, change: dict[str, str], field: str
) -> None:
    answer = stranger.post(FORM, {**SAID, **change})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Case.objects.exists()


def test_what_is_no_picture_is_refused(cast: Cast, stranger: Client, photo: Any) -> None:
    upload = photo("病毒.exe")
    upload.file.seek(0)
    upload.file.write(b"MZ" + b"\0" * 60)
    upload.file.seek(0)
    answer = stranger.post(FORM, {**SAID, "photos": upload})
    assert answer.status_code == 422
    assert 'id="id_photos_error"' in answer.content.decode()


def test_a_program_that_fills_in_everything_opens_nothing(cast: Cast, stranger: Client) -> None:
    answer = stranger.post(FORM, {**SAID, "website": "http://spam.example"})
    assert answer.status_code == 200
    assert not Case.objects.exists()


def test_a_form_sent_twice_opens_one_case(cast: Cast, stranger: Client) -> None:
    for _ in range(2):
        stranger.post(FORM, {**SAID, "_token": "once"})
    assert Case.objects.count() == 1


def test_one_network_cannot_flood_the_department(
    cast: Cast, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "SUBMISSIONS", door.Limit(2, 3600))
    answers = [stranger.post(FORM, SAID).status_code for _ in range(3)]
    assert answers == [302, 302, 429]
    assert Case.objects.count() == 2
    assert Client(REMOTE_ADDR="192.0.2.7").post(FORM, SAID).status_code == 302


def test_only_what_customers_may_fill_in_is_offered(cast: Cast, stranger: Client) -> None:
    page = stranger.get(FORM).content.decode()
    offered = set(re.findall(r'name="type" value="(\w+)"', page))
    assert {"complaint", "fault"} <= offered
    assert not {"fire", "incident", "official_complaint"} & offered


@pytest.mark.parametrize("language", ["zh-hans", "en", "zh-hant"])
def test_the_form_speaks_the_customers_language(cast: Cast, language: str) -> None:
    page = Client(headers={"Accept-Language": language}).get(FORM).content.decode()
    words = {"zh-hans": "一句话说明", "en": "In one sentence", "zh-hant": "一句話說明"}
    assert words[language] in page


def test_an_unknown_department_has_no_form(cast: Cast, stranger: Client) -> None:
    assert stranger.get("/p/NOBODY/").status_code == 404
