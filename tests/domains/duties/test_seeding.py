"""Duties of a pack in a unit: added, linked to sentences, brought up to date, and the unit's own kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domains.duties import cast
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import exporting, seeding, selectors
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Duty, Obligation
from zhize.domains.duties.pack import DutySpec
from zhize.domains.duties.selectors import duty as reads
from zhize.kernel import access
from zhize.kernel.org.models import Clause
from zhize.kernel.packs.applying import Applying
from zhize.kernel.packs.loader import validate
from zhize.lib import clock

SYSTEM = access.system(caps.TRIGGER)


def spec(code="reply", minutes=1440, **more) -> Any:
    place = {"zh": "苑落", "en": "court"}
    data = {
        "code": code,
        "refs": ["TRG-04"],
        "position": "ambassador",
        "title": {"zh": "24小时答复", "en": "Answer within 24 hours"},
        "clauses": ["w1"],
        "trigger": {
            "subject": "org.unit",
            "starts": ["matter.accepted"],
            "stops": ["matter.answered"],
            "target": {"kind": "elapsed", "minutes": minutes},
        },
        "place": place,
        "object": {"zh": "投诉", "en": "complaints"},
        "method": {"zh": "答复并跟踪", "en": "answer and follow"},
        "evidence": {"kind": "fact"},
        **more,
    }
    return validate(DutySpec, data)


def applying(centre, *items, previous=(), actor=SYSTEM) -> Applying:
    return Applying(
        actor=actor,
        section="duties",
        unit=centre.unit,
        items={item.code: item for item in items},
        previous={item.code: item for item in previous},
        pack="test",
    )


@pytest.fixture
def clause(centre):
    return Clause.objects.create(
        position=centre.positions["ambassador"], code="w1", number="1", text="24小时之内答复"
    )


def kinds(changes):
    return [(change.kind, change.code) for change in changes]


@pytest.mark.req("DUT-01")
def test_added_once_linked_and_working(centre, clause):
    assert kinds(seeding.plan(applying(centre, spec()))) == [("add", "reply")]
    assert kinds(seeding.apply(applying(centre, spec()))) == [("add", "reply")]
    assert kinds(seeding.plan(applying(centre, spec(), previous=[spec()]))) == []
    assert kinds(seeding.apply(applying(centre, spec(), previous=[spec()]))) == []
    duty = Duty.objects.get()
    assert (duty.kind, duty.current.number, duty.refs) == ("triggered", 1, ["TRG-04"])
    (row,) = selectors.clause_coverage(centre.actor("王芳"), centre.positions["ambassador"])
    assert (row.clause, row.state, row.duties[0].duty) == (clause, "linked", duty)
    matter = centre.matter(area=cast.court(centre, "A", "赵云"))
    centre.happens("accepted", matter)
    assert [row.holder for row in selectors.about(SYSTEM, matter)] == [centre.people["赵云"]]


def test_a_new_release_makes_a_version_only_where_something_differs(centre, clause):
    list(seeding.apply(applying(centre, spec(), spec("other"))))
    changed = kinds(
        seeding.apply(applying(centre, spec(minutes=240), spec("other"), previous=[spec(), spec("other")]))
    )
    assert changed == [("change", "reply")]
    assert {duty.code: duty.current.number for duty in Duty.objects.all()} == {"reply": 2, "other": 1}


@pytest.mark.req("DUT-01")
@pytest.mark.parametrize(
    ("changed", "label", "after"),
    [
        ({"place": {"zh": "前台", "en": "desk"}}, "地点", "前台"),
        ({"object": {"zh": "建议", "en": "proposals"}}, "对象", "建议"),
        ({"method": {"zh": "当面答复", "en": "in person"}}, "方法与程序", "当面答复"),
        ({"receivers": ["manager", "supervisor"]}, "抄送", "manager、supervisor"),
        ({"acceptor": "supervisor"}, "接收人", "supervisor"),
        ({"assumed": True}, "期限来源", "默认"),
    ],
)
def test_whatever_a_version_holds_makes_a_version_and_is_said(centre, clause, changed, label, after):
    list(seeding.apply(applying(centre, spec())))
    target = {"kind": "elapsed", "minutes": 1440, "assumed": True}
    if changed.pop("assumed", False):
        changed = {"trigger": {**spec().trigger.model_dump(exclude_none=True), "target": target}}
    release = applying(centre, spec(**changed), previous=[spec()])
    assert kinds(seeding.plan(release)) == [("change", "reply")]
    assert kinds(seeding.apply(release)) == [("change", "reply")]
    assert kinds(seeding.plan(release)) == []
    duty = Duty.objects.get()
    assert duty.current.number == 2
    (change,) = reads.editions(duty)[0].changes
    assert (str(change.label), change.after.zh) == (label, after)


def test_what_the_unit_set_itself_is_kept(centre, clause):
    list(seeding.apply(applying(centre, spec())))
    duty = Duty.objects.get()
    own = {**duty.current.rule, "target": {"kind": "elapsed", "minutes": 60}}
    duties.change_duty(actor=SYSTEM, duty=duty, reason="我们一小时", rule=own)
    release = applying(centre, spec(minutes=240), previous=[spec()])
    assert kinds(seeding.plan(release)) == [("keep", "reply")]
    assert kinds(seeding.apply(release)) == [("keep", "reply")]
    duty.refresh_from_db()
    assert duty.current.rule["target"]["minutes"] == 60


def test_a_limit_that_the_unit_set_in_place_of_an_assumed_one_is_written_as_assumed(centre, clause):
    limited = {"kind": "elapsed", "minutes": 1440, "assumed": True}
    trigger = {**spec().trigger.model_dump(exclude_none=True), "target": limited}
    list(seeding.apply(applying(centre, spec(trigger=trigger))))
    duty = Duty.objects.get()
    assert exporting.declared(duty.current, ["w1"])["trigger"]["target"] == limited
    own = {**duty.current.rule, "target": {"kind": "elapsed", "minutes": 60}}
    version = duties.change_duty(actor=SYSTEM, duty=duty, reason="我们一小时", rule=own)
    written = exporting.declared(version, ["w1"])["trigger"]["target"]
    assert written == {"kind": "elapsed", "minutes": 60, "assumed": True}


def test_a_dropped_duty_ends_and_comes_back(centre, clause):
    list(seeding.apply(applying(centre, spec())))
    assert kinds(seeding.plan(applying(centre, previous=[spec()]))) == [("drop", "reply")]
    assert kinds(seeding.apply(applying(centre, previous=[spec()]))) == [("drop", "reply")]
    assert not Duty.objects.get().active
    list(seeding.apply(applying(centre, spec())))
    assert Duty.objects.get().active


def test_whoever_may_apply_a_pack_may_seed_its_duties(centre, clause):
    assert kinds(seeding.apply(applying(centre, spec(), actor=centre.actor("李敏")))) == [("add", "reply")]


def test_a_release_that_gives_the_duty_to_another_position_or_kind_is_followed(centre, clause, now):
    kinds(seeding.apply(applying(centre, spec())))
    Clause.objects.create(position=centre.positions["officer"], code="w1", number="1", text="24小时之内答复")
    data = spec().model_dump(mode="json", exclude_none=True) | {"position": "officer", "refs": ["CAL-069"]}
    del data["trigger"]
    data["recurring"] = {"every": "day", "due": "shift_end"}
    daily = validate(DutySpec, data)
    now.shift(60)
    assert kinds(seeding.plan(applying(centre, daily, previous=[spec()]))) == [("change", "reply")]
    kinds(seeding.apply(applying(centre, daily, previous=[spec()])))
    duty = Duty.objects.get()
    assert (duty.kind, duty.position_code, duty.refs) == ("recurring", "officer", ["CAL-069"])
    duties.schedule(actor=access.system(caps.SCHEDULE), ahead_days=1)
    rows = Obligation.objects.filter(duty=duty)
    assert {row.position for row in rows} == {centre.positions["officer"]}
    # Only the position differs: what was planned for the old one goes to the new one.
    data["position"] = "ambassador"
    now.shift(60)
    third = validate(DutySpec, data)
    assert kinds(seeding.plan(applying(centre, third, previous=[daily]))) == [("change", "reply")]
    kinds(seeding.apply(applying(centre, third, previous=[daily])))
    duties.schedule(actor=access.system(caps.SCHEDULE), ahead_days=1)
    left = rows.filter(ended_at=None, opened_at__gt=clock.now())
    assert {row.position for row in left} == {centre.positions["ambassador"]}
    # A duty that something begins owes no days of its own any more.
    now.shift(60)
    kinds(seeding.apply(applying(centre, spec(), previous=[third])))
    duties.schedule(actor=access.system(caps.SCHEDULE), ahead_days=1)
    assert not rows.filter(ended_at=None, opened_at__gt=clock.now()).exists()
