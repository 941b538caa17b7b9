"""The handover log: what is open is listed by itself, both sides sign, and nobody goes before that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from tests.domains.shifts.kit import api, browser
from tests.domains.visits.kit import complaint
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services as obligations
from zhize.domains.organisation import services as organisation
from zhize.domains.shifts import selectors
from zhize.domains.shifts.models import ShiftLog
from zhize.domains.shifts.services import logs
from zhize.kernel import history
from zhize.kernel.access.models import Grant
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.flow import NotNow
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import Notice
from zhize.lib.text import Text

MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)  # Tuesday 8:00 in Shanghai
AFTERNOON = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
DRAWN = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAwS2OUAAAAABJRU5ErkJggg=="


@pytest.fixture(autouse=True)
def _morning() -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def log_of(cast: Cast, login: str = "limin") -> ShiftLog:
    return logs.begin(actor=cast.actor(login), unit=cast.centre, name="早班")


def handed(cast: Cast, **said: Any) -> ShiftLog:
    given = {"to": cast.people["zhoutao"], "signature": DRAWN, **said}
    return logs.hand(actor=cast.actor("limin"), log=log_of(cast), **given)


@pytest.mark.req("ORG-18")
def test_open_orders_appear_in_the_next_shifts_list(cast: Cast, _morning: Any) -> None:
    """Open cases and what is due stand on the log by themselves; what is done does not."""
    case, done = complaint(cast), complaint(cast, room="B101")
    cases.act(actor=cast.actor("zhaoyun"), case=done, verb="answer", data={"solution": "已更换灯管"})
    key = obligations.assign_task(
        actor=cast.actor("wangfang"), unit=cast.centre, title="归还钥匙", holder=cast.people["limin"],
        due_at=AFTERNOON,
    )  # fmt: skip
    log = log_of(cast)
    logs.write(actor=cast.actor("limin"), log=log, notices="3 栋停水到 18 点", incidents="8:40 电梯困人")
    _morning.move_to(AFTERNOON)
    log.refresh_from_db()
    logs.hand(actor=cast.actor("limin"), log=log, to=cast.people["zhoutao"], signature=DRAWN)
    listed = {(row["label"], row["id"]) for row in log.items}
    assert {("cases.case", case.pk), ("duties.obligation", key.pk)} <= listed
    assert selectors.left_by_last_shift(cast.actor("zhoutao")) is None
    logs.take(actor=cast.actor("zhoutao"), log=log, signature=DRAWN)
    left = selectors.left_by_last_shift(cast.actor("zhoutao"))
    assert left == log and left.notices == "3 栋停水到 18 点"
    assert selectors.left_by_last_shift(cast.actor("limin")) is None, "he wrote it himself"


@pytest.mark.req("ORG-18")
def test_a_shift_cannot_be_closed_with_an_unsigned_log(cast: Cast) -> None:
    desk = cast.actor("limin")
    shift = organisation.come_on_duty(actor=desk, person=cast.people["limin"], unit=cast.centre, name="早班")
    log = log_of(cast)
    for step in ("draft", "handed"):
        with pytest.raises(NotNow):
            organisation.go_off_duty(actor=desk, shift=shift)
        assert log.state == step
        if step == "draft":
            logs.hand(actor=desk, log=log, to=cast.people["zhoutao"], signature=DRAWN)
    logs.take(actor=cast.actor("zhoutao"), log=log, signature=DRAWN)
    assert organisation.go_off_duty(actor=desk, shift=shift).to_at == MORNING


@pytest.mark.req("ORG-18")
def test_who_took_a_shift_over_does_not_close_it_without_a_log(cast: Cast, _morning: Any) -> None:
    logs.take(actor=cast.actor("zhoutao"), log=handed(cast), signature=DRAWN)
    desk = cast.actor("zhoutao")
    before = organisation.come_on_duty(actor=desk, person=cast.people["zhoutao"], unit=cast.centre)
    with pytest.raises(NotNow):
        organisation.go_off_duty(actor=desk, shift=before)
    _morning.move_to(AFTERNOON)
    log = logs.begin(actor=desk, unit=cast.centre, name="中班")
    logs.hand(actor=desk, log=log, to=cast.people["limin"], signature=DRAWN)
    logs.take(actor=cast.actor("limin"), log=log, signature=DRAWN)
    assert organisation.go_off_duty(actor=desk, shift=before).to_at == AFTERNOON
    # Tomorrow's turn begins without having taken anything over.
    _morning.move_to(AFTERNOON.replace(day=4))
    after = organisation.come_on_duty(actor=desk, person=cast.people["zhoutao"], unit=cast.centre)
    assert organisation.go_off_duty(actor=desk, shift=after).to_at == AFTERNOON.replace(day=4)


@pytest.mark.req("ORG-18", "ORG-31")
def test_a_reader_of_the_log_sees_the_items_that_he_may_see(cast: Cast) -> None:
    """The log holds everything that is open in the unit; each reader gets what his own rights show, and a count."""
    case = complaint(cast)
    log = handed(cast)
    Grant.objects.filter(position=cast.position("receptionist"), capability="case.view").update(scope="own")
    Case.objects.filter(pk=case.pk).update(owner=cast.people["zhaoyun"], created_by=None)
    page, answer = f"/handover/{log.pk}/", browser("limin").get(f"/handover/{log.pk}/").content.decode()
    assert case.title not in answer and "另有" in answer
    assert case.title in browser("wangfang").get(page).content.decode()
    told = api("limin").get(f"/shift-logs/{log.pk}").json()
    assert told["hidden"] == 1 and ("cases.case", case.pk) not in {
        (row["label"], row["id"]) for row in told["items"]
    }


@pytest.mark.req("ORG-18", "DUT-05")
def test_the_incoming_side_owes_the_signature_and_both_are_kept(cast: Cast) -> None:
    log = handed(cast)
    owed = log.obligation
    assert owed is not None and owed.holder == cast.people["zhoutao"]
    items = [item.obligation for block in duties.my_day(cast.actor("zhoutao")).blocks for item in block.items]
    assert owed in items
    logs.take(actor=cast.actor("zhoutao"), log=log, signature=DRAWN, note="已核对")
    owed.refresh_from_db()
    assert (owed.state, log.state, log.remark) == ("done", "taken", "已核对")
    assert set(selectors.signatures(log)) == {cast.people["limin"].pk, cast.people["zhoutao"].pk}
    history.deliver_all()
    assert Notice.objects.filter(person=cast.people["limin"], template="shiftlog.taken").exists()


@pytest.mark.req("ORG-18", "ORG-30")
def test_nobody_takes_over_from_himself(cast: Cast) -> None:
    with pytest.raises(Invalid):
        handed(cast, to=cast.people["limin"])
    ShiftLog.objects.all().delete()
    log = handed(cast)
    with pytest.raises(NotNow):
        logs.take(actor=cast.actor("limin"), log=log, signature=DRAWN)
    assert Entry.objects.filter(verb="hands.refused", subject_id=log.pk).exists()
    with pytest.raises(Refused):
        logs.take(actor=cast.actor("qianjin"), log=log, signature=DRAWN)


@pytest.mark.req("ORG-18")
def test_returned_it_is_completed_and_handed_over_again(cast: Cast) -> None:
    log = handed(cast)
    first = log.obligation
    with pytest.raises(NotNow):
        logs.write(actor=cast.actor("limin"), log=log, notes="晚了")
    with pytest.raises(Invalid):
        logs.give_back(actor=cast.actor("zhoutao"), log=log, note="")
    logs.give_back(actor=cast.actor("zhoutao"), log=log, note="写明停水时间")
    assert first is not None
    first.refresh_from_db()
    assert (log.state, log.items, first.state) == ("draft", [], "cancelled")
    logs.write(actor=cast.actor("limin"), log=log, notices="停水到 18 点")
    logs.hand(actor=cast.actor("limin"), log=log, to=cast.people["zhoutao"], signature=DRAWN)
    assert log.state == "handed"


@pytest.mark.req("ORG-18")
def test_the_next_log_begins_when_the_last_one_is_signed(cast: Cast, _morning: Any) -> None:
    log = handed(cast)
    with pytest.raises(logs.StillOpen):
        logs.begin(actor=cast.actor("zhoutao"), unit=cast.centre, name="中班")
    _morning.move_to(AFTERNOON)
    logs.take(actor=cast.actor("zhoutao"), log=log, signature=DRAWN)
    following = logs.begin(actor=cast.actor("zhoutao"), unit=cast.centre, name="中班")
    assert following.from_at == AFTERNOON


def test_without_a_signature_nothing_is_handed_over(cast: Cast) -> None:
    for drawn in ("", "data:image/png;base64,%%%"):
        with pytest.raises(Invalid):
            handed(cast, signature=drawn)
        ShiftLog.objects.all().delete()


def owed_by_limin(cast: Cast, evidence: dict[str, str]) -> Any:
    return obligations.open_obligation(
        actor=cast.actor("wangfang"), unit=cast.centre, title=Text("填写交接班日志", "Fill in the handover log"),
        holder=cast.people["limin"], evidence=evidence, target={"kind": "none"},
    )  # fmt: skip


@pytest.mark.req("ORG-18", "DUT-05")
def test_the_log_proves_the_duty_to_keep_it(cast: Cast) -> None:
    owed = owed_by_limin(cast, {"kind": "form", "record": "shift_log"})
    assert list(duties.provable(cast.actor("limin"), "shift_log")) == [owed]
    handed(cast, proves=owed)
    owed.refresh_from_db()
    assert (owed.state, owed.done_by) == ("done", cast.people["limin"])


@pytest.mark.req("ORG-18", "DUT-05")
def test_the_log_proves_no_duty_that_asks_for_something_else(cast: Cast) -> None:
    """The day's takings are proven by their own sheet, meetings by their minutes: never by the log."""
    log = log_of(cast)
    for evidence in ({"kind": "form"}, {"kind": "note"}, {"kind": "form", "record": "minutes"}):
        owed = owed_by_limin(cast, evidence)
        with pytest.raises(Invalid) as refused:
            logs.hand(
                actor=cast.actor("limin"), log=log, to=cast.people["zhoutao"], signature=DRAWN, proves=owed
            )
        assert set(refused.value.errors) == {"proves"}
        sent = {"to": cast.people["zhoutao"].pk, "signature": DRAWN, "proves": owed.pk}
        assert api("limin").post(f"/shift-logs/{log.pk}/verbs/hand", sent).status_code == 422
        owed.refresh_from_db()
        log.refresh_from_db()
        assert (owed.state, log.state) == ("open", "draft")
    assert not duties.provable(cast.actor("limin"), "shift_log").exists()
    assert 'name="proves"' not in browser("limin").get(reverse("shifts:log_hand", args=[log.pk])).text
