"""Search follows every change of what its words come from, in whichever table that stands.

What the documents of a source are made of is read off the database's own statements: a source that takes words from a
table nothing here changes fails, and so does one that keeps the old words after a change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.domains.cases import kit
from tests.kit import everything
from tests.kit.cast import Cast
from zhize.domains.cases import services as cases
from zhize.domains.cases.models import Case, WorkSheet
from zhize.domains.channels import services as channels
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.domains.organisation import services as organisation
from zhize.kernel import access, history, jobs, search
from zhize.kernel.access import Actor
from zhize.kernel.search import indexing, providers
from zhize.kernel.search.models import SearchDoc
from zhize.lib import clock

Change = Callable[[], object]


class Scene:
    """A customer with a case, a work sheet, a letter and a parking space, and somebody who may do everything."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.actor: Actor = access.for_user(everything.everybody(cast), channel="web")
        self.owner = cast.customers["A101"]
        self.case = kit.take_in(cast)
        self.sheet = self.sent()
        self.letter()
        self.parked(self.owner)

    def solved_at_once(self, premises: Premises) -> object:
        said = {"title": "问停车费", "type": "consultation", "solution": "已经解释"}
        return kit.take_in(self.cast, customer=self.customer(), premises=premises, **said)

    def sent(self) -> WorkSheet:
        return cases.send_worksheet(
            actor=self.actor, case=self.case, unit=self.cast.centre, task="检查导轮",
            due_at=clock.now() + timedelta(days=1),
        )  # fmt: skip

    def letter(self) -> object:
        return channels.record_document(
            actor=self.actor,
            medium="email",
            direction="in",
            sender="街道办",
            subject="通知",
            unit=self.cast.centre,
        )

    def parked(self, customer: Customer) -> object:
        court = Premises.objects.get(pk=self.cast.rooms["A101"].parent.parent_id)  # type: ignore[union-attr]
        return customers.record_parking(
            actor=self.actor,
            community=court,
            code="P1",
            kind="rented",
            customer=customer,
            plates=["沪A12345"],
        )

    def customer(self) -> Customer:
        return Customer.objects.get(pk=self.owner.pk)

    def update(self, **values: Any) -> object:
        return customers.update_customer(actor=self.actor, customer=self.customer(), **values)

    def renamed(self, place: Premises, **values: Any) -> object:
        fresh = Premises.objects.get(pk=place.pk)
        return customers.update_premises(actor=self.actor, premises=fresh, **values)

    def changes(self) -> Iterator[tuple[str, Change]]:
        """Each with the table it is made in."""
        who, owner, room = {"actor": self.actor}, self.owner, self.cast.rooms["A101"]
        court = Premises.objects.get(kind="court", code="A")
        other = self.cast.customers["B101"]
        yield "customers_customer", lambda: self.update(name="欧阳新名")
        yield "customers_customer", lambda: self.update(tags=["养狗"])
        yield "customers_phone", lambda: customers.add_phone(**who, customer=owner, number="13900001111")
        yield (
            "customers_phone",
            lambda: customers.prefer_phone(**who, phone=owner.phones.get(number="13900001111")),
        )
        yield (
            "customers_phone",
            lambda: customers.remove_phone(**who, phone=owner.phones.get(number="13900001111")),
        )
        yield (
            "customers_emailaddress",
            lambda: customers.add_email(**who, customer=owner, address="a@b.example"),
        )
        yield "customers_contact", lambda: customers.add_contact(**who, customer=owner, name="张小明")
        yield (
            "customers_contact",
            lambda: customers.update_contact(**who, contact=owner.contacts.get(), name="张大明"),
        )
        yield (
            "customers_companyfacts",
            lambda: self.update(company=customers.CompanyInput(licence_no="91310000")),
        )
        yield "customers_parkingspace", lambda: self.parked(other)
        yield "customers_premises", lambda: self.renamed(court, name="紫藤苑")
        yield "customers_premises", lambda: self.renamed(room, external_ref="R-4711")
        yield (
            "customers_occupancy",
            lambda: customers.occupy(
                **who, customer=owner, premises=self.cast.rooms["C101"], role="owner", living=False
            ),
        )
        yield (
            "customers_occupancy",
            lambda: customers.vacate(**who, occupancy=owner.occupancies.get(premises=room)),
        )
        yield "org_unit", lambda: organisation.update_unit(**who, unit=self.cast.centre, name="紫藤服务中心")
        yield "cases_case", lambda: cases.edit(**who, case=kit.fresh(self.case), title="电梯停运")
        yield "cases_case", lambda: self.solved_at_once(Premises.objects.get(pk=room.pk))
        yield "cases_worksheet", lambda: cases.answer_worksheet(**who, sheet=self.sheet, result="已更换")
        yield "channels_correspondence", self.letter
        # Cases go to who is left, and back again.
        yield "customers_customer", lambda: self.merge(other)
        yield "customers_customer", self.part

    def merge(self, winner: Customer) -> None:
        self.record = customers.merge(actor=self.actor, winner=winner, loser=self.customer(), reason="同一人")

    def part(self) -> None:
        self.record.refresh_from_db()
        customers.undo_merge(actor=self.actor, record=self.record, reason="不是同一人")


@pytest.fixture
def scene(cast: Cast) -> Scene:
    made = Scene(cast)
    settle()
    for source in providers.providers():
        indexing.reindex(source)
    return made


def settle() -> None:
    history.deliver_all()
    jobs.run_all()


def documents() -> dict[str, set[tuple[object, ...]]]:
    """What the index holds, by source."""
    found: dict[str, set[tuple[object, ...]]] = {source.label: set() for source in providers.providers()}
    for row in SearchDoc.objects.values_list("subject_type", "object_id", "title", "summary", "tokens"):
        found[row[0]].add(row[1:])
    return found


def made_of() -> set[tuple[str, str]]:
    """Source and table, for each table that a document of the source is read from."""
    found = set()
    for source in providers.providers():
        with CaptureQueriesContext(connection) as seen:
            assert [source.document(row) for row in source.rows()], f"no row of {source.label} to look at"
        for query in seen:
            found |= {(source.label, table) for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    return found


def test_what_documents_are_made_of_is_followed_wherever_it_changes(scene: Scene) -> None:
    wanted, followed = made_of(), set()
    for number, (table, change) in enumerate(scene.changes()):
        before = documents()
        # Whoever changes it may read the pages in another language than whoever asks after the index.
        with translation.override("en" if number % 2 else "zh-hans"):
            change()
        with translation.override("zh-hans"):
            settle()
            for source in providers.providers():
                said = f"change {number} in {table}: {source.label}"
                assert indexing.drift(source) == indexing.Drift(0, 0), said
        after = documents()
        changed = {(label, table) for label in after if after[label] != before[label]}
        assert changed, f"change {number} in {table} changed nothing that is found"
        followed |= changed
    assert wanted <= followed, f"nothing here changes {wanted - followed}"


def test_a_case_is_found_by_the_new_name_of_its_customer_and_not_by_the_old(scene: Scene) -> None:
    scene.update(name="欧阳新名")
    settle()
    assert list(search.narrow(Case.objects.all(), "欧阳新名")) == [scene.case]
    assert not search.narrow(Case.objects.all(), "业主A101")


def test_nothing_is_indexed_anew_when_no_name_changed_or_nothing_bears_it(scene: Scene) -> None:
    """Neither for a customer's other data, nor for the number of a building, nor for who has no case."""

    def waiting() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name IN ('search.again', 'customers.reindex_premises')"
                " AND status = 'todo'"
            )
            return int(cursor.fetchone()[0])

    scene.update(tags=["养狗"])
    scene.renamed(Premises.objects.get(kind="building", parent__code="A"), name="一号楼")
    customers.update_customer(actor=scene.actor, customer=scene.cast.customers["C101"], name="无单客户")
    assert waiting() == 0
    scene.update(name="欧阳新名")
    scene.update(name="欧阳又名")
    assert waiting() == 1


def test_many_rows_are_indexed_batch_by_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    for number in range(4):
        kit.take_in(scene.cast, title=f"电梯异响{number}")
    scene.update(name="欧阳新名")
    settle()
    assert search.narrow(Case.objects.all(), "欧阳新名").count() == 5
