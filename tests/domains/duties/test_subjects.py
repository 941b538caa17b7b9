"""What an obligation says of the row it is about: its title only to who may see that row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from tests.domains.duties.cast import MONDAY_9, Centre
from tests.domains.duties.test_pages import browser
from zhize.domains.cases.subjects import CaseSubject
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import selectors, subjects
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.domains.duties.selectors import board_reasons
from zhize.kernel import access
from zhize.kernel.org.models import Unit
from zhize.lib import clock
from zhize.lib.text import Text


@pytest.fixture
def secret(centre: Centre) -> Unit:
    """A matter that only 李敏 may see."""
    return centre.matter(secret="李敏")


@pytest.fixture
def row(centre: Centre, secret: Unit) -> Obligation:
    return duties.open_obligation(
        actor=access.system(caps.TRIGGER),
        unit=centre.unit,
        title=Text("答复", "Answer"),
        holder=centre.people["李敏"],
        position=centre.positions["receptionist"],
        target={"kind": "elapsed", "minutes": 60},
        subject=secret,
    )


@pytest.mark.req("ORG-30")
class TestHidden:
    def test_the_page_names_it_only_to_who_may_see_it(
        self, centre: Centre, secret: Unit, row: Obligation
    ) -> None:
        title, reference = f"事项 {secret.code}", f"密 {secret.pk}"
        own = browser(centre, "李敏").get(f"/obligations/{row.pk}/").content.decode()
        assert title in own
        assert f"/matters/{secret.pk}/" in own
        leader = browser(centre, "王芳").get(f"/obligations/{row.pk}/").content.decode()
        assert title not in leader
        assert f"/matters/{secret.pk}/" not in leader
        assert reference in leader

    def test_the_board_too(self, centre: Centre, secret: Unit, row: Obligation, now: Any) -> None:
        now.move_to(MONDAY_9 + timedelta(hours=2))
        rows = Obligation.objects.all()
        for name, title, url in (
            ("李敏", f"事项 {secret.code}", f"/matters/{secret.pk}/"),
            ("王芳", f"密 {secret.pk}", ""),
        ):
            (failed,) = board_reasons.failures(centre.actor(name), rows, clock.now())
            assert (failed.subject.zh, failed.subject_url) == (title, url)
        assert f"事项 {secret.code}" not in browser(centre, "王芳").get("/coverage/").content.decode()

    def test_the_list_tells_those_of_one_duty_apart(
        self, centre: Centre, secret: Unit, row: Obligation
    ) -> None:
        for name, title in (("李敏", f"事项 {secret.code}"), ("王芳", f"密 {secret.pk}")):
            listed = browser(centre, name).get("/obligations/").content.decode()
            assert f'<span class="cell-second">{title}</span>' in listed

    def test_my_day_of_who_stands_in(self, centre: Centre, secret: Unit, row: Obligation) -> None:
        Obligation.objects.filter(pk=row.pk).update(holder=None)
        for name, title in (("李敏", f"事项 {secret.code}"), ("周敏", f"密 {secret.pk}")):
            (item,) = [each for block in selectors.my_day(centre.actor(name)).blocks for each in block.items]
            assert item.subject.zh == title
            assert bool(item.url) == (name == "李敏")


def test_every_row_that_duties_are_about_has_somebody_who_may_see_it() -> None:
    for label in subjects._subjects:
        assert access.policy_of(apps.get_model(label)).view


def test_kind_and_number_are_all_that_is_said() -> None:
    case = apps.get_model("cases.case")(number="GD-1", title="夫妻争吵")
    assert CaseSubject().reference(case) == Text("工单 GD-1", "Case GD-1")
    customer = apps.get_model("customers.customer")(pk=1, name="王某")
    assert not subjects.known("customers.customer").reference(customer)  # type: ignore[union-attr]
