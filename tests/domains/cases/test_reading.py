"""What a reader finds on the page of a case: whose clock runs, the story told once, and the words of the right duty."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.domains.cases.kit import act, answer, api, at, browser, fresh, take_in
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import details
from zhize.domains.duties.models import Obligation
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import access, history
from zhize.kernel.notices.models import Notice


def page(cast: Cast, login: str, case: Case) -> str:
    return browser(cast, login).get(f"/cases/{case.number}/").content.decode()


def dissatisfied(cast: Cast, case: Case) -> None:
    visits.finish(
        actor=cast.actor("sunli"),
        callback=Callback.objects.get(case=case),
        answers={"solved": "no", "overall": 1, "reason": "not_solved"},
        remark="昨晚又响了",
    )


@pytest.mark.req("CAS-02")
def test_whoever_sees_the_case_sees_in_whose_hands_it_is_and_until_when(cast: Cast, now: object) -> None:
    case = take_in(cast)
    seen = page(cast, "limin", case)
    head = seen[seen.index("page-meta") : seen.index("对话与经过")]
    assert "24小时内答复" in head
    assert "陈静" in head
    due = {
        row["holder"]: row["due_at"][:16] for row in api(cast, "limin").get(f"/cases/{case.pk}").json()["due"]
    }
    assert due["陈静"] == f"{at(3):%Y-%m-%dT%H:%M}"
    answer(cast, case)
    dissatisfied(cast, case)
    assert "继续解释处理直到满意" in page(cast, "sunli", case)


def test_a_clock_of_somebody_else_is_shown_without_a_door_that_stays_shut(cast: Cast, now: object) -> None:
    case = take_in(cast)
    owed = Obligation.objects.get(subject_id=case.pk, duty__code="answer_in_area")
    door = f"/duties/{owed.pk}/explain/"
    for login in ("limin", "chenjing", "wangfang"):
        opens = browser(cast, login).get(door).status_code == 200
        assert (door in page(cast, login, case)) is opens


@pytest.mark.req("CAS-13")
def test_a_reopening_is_told_once(cast: Cast, now: object) -> None:
    case = take_in(cast)
    answer(cast, case)
    dissatisfied(cast, case)
    lines = details.timeline(fresh(case), cast.actor("wangfang"))
    told = [(line.sentence, line.note) for line in lines if line.entry is not None]
    assert told[-2:] == [("孙丽完成回访：不满意（1 分）", ""), ("孙丽重开工单：昨晚又响了", "")]
    everything = details.timeline(fresh(case), cast.actor("wangfang"), everything=True)
    assert {"case.rated", "callback.dissatisfied"} <= {line.entry.verb for line in everything if line.entry}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("complaint", "责任区域的投诉24小时内答复"),
        ("request", "责任区域的诉求、咨询和报修"),
        ("suggestion", "责任区域的建议"),
    ],
)
def test_what_is_owed_is_called_what_it_is(cast: Cast, now: object, kind: str, words: str) -> None:
    case = take_in(cast, type=kind)
    assert case.owner == cast.people["chenjing"]
    held = Obligation.objects.filter(subject_id=case.pk, holder=case.owner)
    assert [words in row.title["zh"] for row in held] == [True]


@pytest.mark.req("CAS-45")
def test_what_nobody_classified_repeats_nothing(cast: Cast, now: object) -> None:
    first, other = take_in(cast, title="装修噪音"), take_in(cast, title="楼道灯坏了")
    assert (first.repeat_of, other.repeat_of) == (None, None)
    noise = take_in(cast, subtype="noise")
    assert take_in(cast, subtype="noise").repeat_of == noise


def test_a_suggestion_that_was_answered_is_owed_its_closing_by_its_holder(cast: Cast, now: object) -> None:
    case = take_in(cast, type="suggestion")
    act(cast, "chenjing", case, "decline", solution="场地不够", analysis="没有场地")
    owed = Obligation.objects.get(subject_id=case.pk, duty__code="close_answered")
    assert owed.holder == cast.people["chenjing"]


def test_notices_name_a_person_or_the_system_and_never_a_job(cast: Cast, now: object) -> None:
    take_in(cast)
    history.deliver_all()
    rows = Notice.objects.filter(person=cast.people["chenjing"])
    assert rows
    for row in rows:
        assert not access.is_system(row.sender)
    assert "系统" in browser(cast, "chenjing").get("/notices/").content.decode()


def test_what_an_english_desk_did_reads_chinese_in_chinese(cast: Cast, now: object) -> None:
    with translation.override("en"):
        case = take_in(cast)
        answer(cast, case, told_by="phone")
        cases.note(actor=cast.actor("chenjing"), case=fresh(case), body="x")
    said = "\n".join(entry.sentence() for entry in history.timeline(case))
    for words in ("李敏受理（来电）", "陈静已把结果告知客户（电话）", "陈静写了内部备注"):
        assert words in said


def test_the_filter_bar_that_is_kept_for_a_person_says_nothing_of_what_was_asked(
    cast: Cast, now: object
) -> None:
    desk = browser(cast, "limin")
    chosen = '<option value="complaint" selected>'
    bars = [
        desk.get(f"/cases/{asked}").content.decode() for asked in ("", "?type=complaint", "", "?chip=open")
    ]
    assert [chosen in bar for bar in bars] == [False, True, False, False]
    assert all('name="type"' in bar for bar in bars)
