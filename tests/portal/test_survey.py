"""A customer answers the questionnaire behind his link."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.domains.visits.kit import TUESDAY, answered, callback_of
from tests.kit.cast import Cast
from zhize.domains.visits import services as visits
from zhize.domains.visits.models import Callback
from zhize.kernel import history


def link(cast: Cast, callback: Callback) -> str:
    return f"/p/survey/{visits.send_link(actor=cast.actor('sunli'), callback=callback)}/"


@pytest.mark.req("VIS-01", "CAS-13")
def test_a_dissatisfied_customer_reopens_the_case_by_his_link(cast: Cast, stranger: Client) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        case = answered(cast)
        callback = callback_of(case)
        page = link(cast, callback)
        answer = stranger.post(page, {"solved": "no", "overall": "2", "remark": "还是响"})
    assert answer.status_code == 200
    case.refresh_from_db()
    callback.refresh_from_db()
    assert (case.category, case.reopen_count) == ("working", 1)
    assert (callback.state, callback.satisfied, callback.by_customer, callback.score) == (
        "done",
        False,
        True,
        2,
    )
    assert callback.answers["remark"] == "还是响"
    assert callback.obligation is not None
    assert not callback.obligation.is_open
    done = next(e for e in history.timeline(callback) if e.verb == "callback.done")
    assert (done.actor_label, done.channel) == ("业主A101", "portal")


def test_only_public_questions_are_asked(cast: Cast, stranger: Client) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        page = link(cast, callback_of(answered(cast)))
        text = stranger.get(page).content.decode()
    assert 'name="overall"' in text
    assert 'name="remaining"' not in text
    assert "陈静" not in text


def test_a_fault_stands_beside_its_question(cast: Cast, stranger: Client) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        page = link(cast, callback_of(answered(cast)))
        answer = stranger.post(page, {"solved": "yes", "overall": "9"})
        assert answer.status_code == 422
        assert 'id="id_overall_error"' in answer.content.decode()
        assert stranger.post(page, {"solved": "yes", "overall": "5"}).status_code == 200


def test_a_link_is_answered_once(cast: Cast, stranger: Client) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        callback = callback_of(answered(cast))
        page = link(cast, callback)
        stranger.post(page, {"solved": "yes", "overall": "5"})
        again = stranger.post(page, {"solved": "no", "overall": "1"})
    assert "已经填写过" in again.content.decode()
    callback.refresh_from_db()
    assert callback.score == 5


def test_links_expire_and_a_new_one_replaces_the_old(cast: Cast, stranger: Client) -> None:
    with time_machine.travel(TUESDAY, tick=False) as now:
        callback = callback_of(answered(cast))
        old, new = link(cast, callback), link(cast, callback)
        assert stranger.get(old).status_code == 404
        assert stranger.get(new).status_code == 200
        now.shift(timedelta(days=15))
        gone = stranger.get(new)
    assert gone.status_code == 404
    assert "过期" in gone.content.decode()
