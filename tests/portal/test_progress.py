"""Whoever has the code sees how the matter stands, and nothing internal."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.kit.cast import Cast
from tests.portal.test_submitting import submitted
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case, Message
from zhize.domains.channels import services as channels
from zhize.kernel import files
from zhize.portal import door


def address(case: Case) -> str:
    return f"/p/progress/{channels.progress_code(case)}/"


@pytest.mark.req("CHN-12")
def test_the_page_tells_number_and_state_in_plain_words(cast: Cast, stranger: Client) -> None:
    case = submitted(stranger)
    page = stranger.get(address(case)).content.decode()
    assert case.number in page
    assert "等待核实" in page
    cases.verify(actor=cast.actor("zhoutao"), case=case)
    cases.act(actor=cast.actor("chenjing"), case=case, verb="start")
    assert "正在处理" in stranger.get(address(case)).content.decode()
    cases.act(actor=cast.actor("chenjing"), case=case, verb="answer", data={"solution": "内部：导轮磨损"})
    assert "已有结果" in stranger.get(address(case)).content.decode()


@pytest.mark.req("CHN-12")
def test_only_what_was_said_to_the_customer_is_shown(cast: Cast, stranger: Client) -> None:
    case = submitted(stranger)
    cases.verify(actor=cast.actor("zhoutao"), case=case)
    handler = cast.actor("chenjing")
    cases.note(actor=handler, case=case, body="这位业主经常投诉")
    cases.reply(actor=handler, case=case, body="师傅下午到", channel="phone")
    cases.act(actor=handler, case=case, verb="answer", data={"solution": "内部处理情况"})
    page = stranger.get(address(case)).content.decode()
    assert "师傅下午到" in page
    for inside in ("经常投诉", "内部处理情况", "陈静", "chenjing", "13800138000"):
        assert inside not in page


def test_the_customer_adds_words_and_photos(cast: Cast, stranger: Client, photo: Any) -> None:
    case = submitted(stranger)
    answer = stranger.post(address(case), {"body": "又响了", "photos": photo()}, follow=True)
    assert answer.status_code == 200
    assert "又响了" in answer.content.decode()
    message = Message.objects.get(case=case, kind="from_customer")
    assert (message.author_label, message.channel) == ("张先生", "web")
    row = files.for_subject(message).get()
    got = stranger.get(f"{address(case)}files/{row.pk}/")
    assert got.status_code == 200
    assert got["Content-Type"] == "image/png"


def test_nothing_written_is_an_error_beside_the_field(cast: Cast, stranger: Client) -> None:
    case = submitted(stranger)
    answer = stranger.post(address(case), {"body": " "})
    assert answer.status_code == 422
    assert 'id="id_body_error"' in answer.content.decode()


def test_files_of_others_and_internal_ones_stay_inside(cast: Cast, stranger: Client, photo: Any) -> None:
    mine, other = submitted(stranger, photos=photo("a.png")), submitted(stranger, photos=photo("b.png"))
    inside = cases.attach(actor=cast.actor("zhoutao"), case=mine, upload=photo("内部.png"))
    theirs = files.for_subject(other).get()
    for row in (inside, theirs):
        assert stranger.get(f"{address(mine)}files/{row.pk}/").status_code == 404
    assert "内部.png" not in stranger.get(address(mine)).content.decode()


def test_a_code_cannot_be_guessed_or_changed(cast: Cast, stranger: Client) -> None:
    code = channels.progress_code(submitted(stranger))
    changed = code[:-1] + ("a" if code[-1] != "a" else "b")
    for wrong in (changed, "1", "x" * 40, "ä"):
        assert stranger.get(f"/p/progress/{wrong}/").status_code == 404
    assert stranger.get(f"/p/progress/{code.upper()}/").status_code == 200


def test_guessing_is_stopped(cast: Cast, stranger: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    code = channels.progress_code(submitted(stranger))
    monkeypatch.setattr(door, "WRONG_CODES", door.Limit(3, 600))
    answers = [stranger.get(f"/p/progress/wrong{n}/").status_code for n in range(4)]
    assert answers == [404, 404, 404, 429]
    assert Client(REMOTE_ADDR="192.0.2.8").get(f"/p/progress/{code}/").status_code == 200


def test_the_code_can_be_typed_in(cast: Cast, stranger: Client) -> None:
    case = submitted(stranger)
    code = channels.progress_code(case).upper()
    spelt = " ".join(code[place : place + 4] for place in range(0, len(code), 4))
    answer = stranger.post("/p/progress/", {"code": spelt})
    assert answer["Location"] == address(case)
    wrong = stranger.post("/p/progress/", {"code": "nothing"})
    assert wrong.status_code == 422
    assert 'id="id_code_error"' in wrong.content.decode()


def test_what_was_voided_takes_no_more_words(cast: Cast, stranger: Client) -> None:
    case = submitted(stranger)
    cases.act(actor=cast.actor("zhoutao"), case=case, verb="void", note="重复提交")
    page = stranger.get(address(case)).content.decode()
    assert "已撤销" in page
    assert "重复提交" not in page
    assert stranger.post(address(case), {"body": "还在"}).status_code == 409
