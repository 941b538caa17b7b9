"""A change of the position sheet proposes the duties to review (DUT-18)."""

from __future__ import annotations

import pytest

from tests.domains.organisation.test_pages import browser, send, text_of
from tests.kit.cast import Cast
from zhize.domains.duties import selectors as duties
from zhize.domains.duties import services
from zhize.domains.duties.models import Duty, DutyClause
from zhize.domains.organisation import services as organisation
from zhize.kernel import access, history
from zhize.kernel.org.models import Clause
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs


def carried(cast: Cast) -> tuple[Clause, Duty]:
    """A sentence of the archivist that one duty carries out, alone."""
    rows = duties.clause_coverage(cast.actor("liuqiang"), cast.position("archivist"))
    row = next(row for row in rows if len(row.duties) == 1)
    return row.clause, row.duties[0].duty


def listed(cast: Cast) -> list[tuple[str, str]]:
    return [(row.kind, row.clause.code) for row in duties.reviews(cast.position("archivist"))]


def said(duty: Duty) -> list[str]:
    return [entry.verb for entry in history.timeline(duty)]


@pytest.mark.req("DUT-18")
def test_a_new_sentence_without_a_duty_is_proposed_until_it_is_carried_out_or_standing(cast: Cast) -> None:
    position, boss = cast.position("archivist"), cast.actor("liuqiang")
    assert listed(cast) == []
    row = organisation.add_clause(
        actor=boss, position=position, section="(一)工作职责", number="18.", text="每周抽查"
    )
    assert listed(cast) == [("new", row.code)]
    client = browser("liuqiang")
    assert "每周抽查" in text_of(client, f"/positions/{position.pk}/review/")
    assert "复核 1 处" in text_of(client, f"/positions/{position.pk}/")
    send(client, f"/positions/clauses/{row.pk}/standing/")
    row.refresh_from_db()
    assert row.standing and listed(cast) == []
    assert history.timeline(position)[0].verb == "clause.changed"


@pytest.mark.req("DUT-18")
def test_a_changed_sentence_proposes_its_duty_until_somebody_says_it_is_still_right(cast: Cast) -> None:
    clause, duty = carried(cast)
    old = clause.text
    organisation.change_clause(actor=cast.actor("liuqiang"), clause=clause, text=f"{old}并留底")
    assert listed(cast) == [("changed", clause.code)]
    client = browser("liuqiang")
    shown = text_of(client, f"/positions/{clause.position_id}/review/")
    assert '<ins class="text-new">并留底</ins>' in shown and str(duty) in shown
    assert browser("limin").post(f"/duties/{duty.pk}/clauses/{clause.pk}/confirm/", {}).status_code == 403
    send(client, f"/duties/{duty.pk}/clauses/{clause.pk}/confirm/", {"note": "周期不变"})
    assert listed(cast) == [] and said(duty)[0] == "duty.confirmed"
    # A number printed otherwise is no other sentence.
    organisation.change_clause(actor=cast.actor("liuqiang"), clause=clause, number="99.")
    assert listed(cast) == []


@pytest.mark.req("DUT-18")
def test_changing_the_duty_itself_settles_the_review(cast: Cast) -> None:
    clause, duty = carried(cast)
    boss = cast.actor("liuqiang")
    organisation.change_clause(actor=boss, clause=clause, text=f"{clause.text}每季一次")
    services.change_duty(actor=boss, duty=duty, reason="原文改了", weight=3)
    assert listed(cast) == []


@pytest.mark.req("DUT-18")
def test_a_sentence_taken_out_proposes_the_duty_that_still_carries_it_out(cast: Cast) -> None:
    clause, duty = carried(cast)
    boss = cast.actor("liuqiang")
    organisation.change_clause(actor=boss, clause=clause, active=False)
    assert listed(cast) == [("removed", clause.code)]
    send(browser("liuqiang"), f"/duties/{duty.pk}/clauses/{clause.pk}/release/", {"note": "改由制度规定"})
    assert listed(cast) == [] and said(duty)[0] == "duty.released"
    duty.refresh_from_db()
    assert duty.active
    # Ending the duty settles it as well.
    other = DutyClause.objects.filter(clause__position=clause.position, clause__active=True).first()
    assert other is not None
    organisation.change_clause(actor=boss, clause=other.clause, active=False)
    for link in DutyClause.objects.filter(clause=other.clause, duty__active=True):
        services.end_duty(actor=boss, duty=link.duty, reason="不再需要")
    assert "removed" not in {kind for kind, _code in listed(cast)}


@pytest.mark.req("DUT-18")
def test_applying_the_pack_again_proposes_nothing(cast: Cast) -> None:
    packs.apply(root=loader.find("property-community"), actor=access.system("packs.apply"), unit=cast.centre)
    assert listed(cast) == []
