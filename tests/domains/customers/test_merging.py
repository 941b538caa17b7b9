"""Duplicates: found, proposed, set aside, merged and parted again (CUS-32)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.domains.customers.conftest import Cast, build_room
from zhize.domains.customers import registry, rules
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, DuplicateProposal, MergeRecord, Premises
from zhize.domains.customers.selectors import comparing, identity, record
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, Outrun, Refused

New = Callable[..., Customer]

pytestmark = pytest.mark.req("CUS-32")
FINDER = "customers.find_duplicates"


def pairs() -> list[tuple[str, str, str]]:
    rows = DuplicateProposal.objects.select_related("first", "second").order_by("pk")
    return [(row.first.name, row.second.name, row.likeness) for row in rows]


class TestProposals:
    def test_two_records_with_one_number_are_proposed(self, new_customer: New) -> None:
        new_customer("张建国", "13812342277")
        new_customer("张先生", "+86 138-1234-2277")
        assert pairs() == [("张建国", "张先生", "phone")]

    def test_a_number_added_later_is_noticed_too(self, new_customer: New, lead: Actor) -> None:
        new_customer("张建国", "13812342277")
        other = new_customer("张建军")
        customers.add_phone(actor=lead, customer=other, number="13812342277")
        assert pairs() == [("张建国", "张建军", "phone")]

    def test_the_same_id_number_weighs_more_than_the_phone(self, new_customer: New) -> None:
        new_customer("张建国", "13812342277", id_number="11010519491231002X")
        new_customer("張建國", "13812342277", id_number="１１０１０５19491231002x")
        assert pairs() == [("张建国", "張建國", "id_number")]

    def test_the_same_name_in_one_room_is_proposed(
        self, new_customer: New, room: Premises, lead: Actor
    ) -> None:
        for _turn in range(2):
            customers.occupy(actor=lead, customer=new_customer("张建国"), premises=room, role="owner")
        assert pairs() == [("张建国", "张建国", "name_premises")]

    def test_a_family_sharing_a_number_is_not_proposed(self, new_customer: New, lead: Actor) -> None:
        home = new_customer("张家", kind="family")
        father, mother = new_customer("张建国", "13812342277"), new_customer("李秀英")
        for member in (father, mother):
            customers.add_member(actor=lead, household=home, member=member)
        customers.add_phone(actor=lead, customer=mother, number="13812342277")
        customers.add_phone(actor=lead, customer=home, number="13812342277")
        assert pairs() == []

    def test_the_number_of_a_front_desk_says_nothing(self, new_customer: New, lead: Actor) -> None:
        for index in range(8):
            new_customer(f"客户{index}", "0755-26661234")
        DuplicateProposal.objects.all().delete()
        assert customers.find_duplicates(actor=lead) == 0

    def test_customers_of_sibling_centres_are_not_proposed(
        self, new_customer: New, stranger: Actor, cast: Cast
    ) -> None:
        new_customer("张建国", "13812342277")
        new_customer("张建国", "13812342277", actor=stranger, unit=cast.b.unit)
        assert pairs() == []

    def test_a_dismissed_pair_is_not_proposed_again(self, new_customer: New, lead: Actor) -> None:
        new_customer("张建国", "13812342277")
        new_customer("张建军", "13812342277")
        proposal = DuplicateProposal.objects.get()
        with pytest.raises(Invalid):
            customers.dismiss(actor=lead, proposal=proposal, reason=" ")
        customers.dismiss(actor=lead, proposal=proposal, reason="兄弟两人")
        assert customers.find_duplicates(actor=lead) == 0
        proposal.refresh_from_db()
        assert proposal.dismissed

    def test_the_job_finds_what_nobody_proposed(self, new_customer: New) -> None:
        new_customer("张建国", "13812342277")
        new_customer("张建军", "13812342277")
        DuplicateProposal.objects.all().delete()
        actor = access.system("customers.housekeeping")
        assert customers.find_duplicates(actor=actor) == 1
        assert customers.find_duplicates(actor=actor) == 0


@pytest.fixture
def two(new_customer: New, room: Premises, lead: Actor) -> tuple[Customer, Customer]:
    """The elder record has the owner, the younger one a second number, matters, needs and a touch."""
    elder = new_customer(
        "张建国", "13812342277", at=[customers.OccupancyInput(room, role="owner")], tags=["养狗"]
    )
    younger = new_customer(
        "张先生",
        "13812342277",
        "13900001111",
        gender="male",
        tags=["老人"],
        vip=True,
        id_number="11010519491231002X",
    )
    customers.record_matter(actor=lead, customer=younger, title="漏水赔偿")
    customers.record_need(actor=lead, customer=younger, product="装修", text="厨房")
    customers.record_touch(actor=lead, customer=younger, channel="phone")
    customers.write_note(actor=lead, customer=younger, text="晚上联系")
    return elder, younger


class TestMerge:
    def test_everything_follows_to_the_winner(self, two: tuple[Customer, Customer], lead: Actor) -> None:
        elder, younger = two
        customers.merge(actor=lead, winner=elder, loser=younger, reason="同一人")
        elder.refresh_from_db()
        younger.refresh_from_db()
        page = record.page(lead, elder)
        assert [phone.number for phone in page.phones] == ["13812342277", "13900001111"]
        assert [row.title for row in page.matters] == ["漏水赔偿"]
        assert len(page.needs) == len(page.touches) == len(page.notes) == 1
        assert (elder.gender, elder.vip, elder.tags) == ("male", True, ["养狗", "老人"])
        assert elder.id_number_masked == "110***********002X"
        assert elder.name == "张建国"
        assert (younger.state, younger.merged_into) == ("merged", elder)
        assert identity.survivor(younger) == elder
        assert elder.last_touch_at is not None
        assert DuplicateProposal.objects.get().settled_at is not None

    def test_both_histories_stand_on_the_winners_page(
        self, two: tuple[Customer, Customer], lead: Actor
    ) -> None:
        elder, younger = two
        customers.merge(actor=lead, winner=elder, loser=younger)
        verbs = [entry.verb for entry in record.timeline(elder)]
        assert verbs.count("customer.created") == 2
        assert "customer.matter_recorded" in verbs
        assert "customer.merged" in verbs

    def test_a_value_of_the_loser_can_be_chosen(self, two: tuple[Customer, Customer], lead: Actor) -> None:
        elder, younger = two
        with pytest.raises(Invalid):
            customers.merge(actor=lead, winner=elder, loser=younger, keep_from_loser=["unit_id"])
        customers.merge(actor=lead, winner=elder, loser=younger, keep_from_loser=["name"])
        elder.refresh_from_db()
        assert elder.name == "张先生"

    def test_undoing_gives_back_exactly_what_moved(self, two: tuple[Customer, Customer], lead: Actor) -> None:
        elder, younger = two
        merged = customers.merge(actor=lead, winner=elder, loser=younger)
        later = customers.write_note(actor=lead, customer=elder, text="合并后写的")
        merged.refresh_from_db()
        customers.undo_merge(actor=lead, record=merged, reason="是两个人")
        elder.refresh_from_db()
        younger.refresh_from_db()
        assert (younger.state, younger.merged_into) == ("active", None)
        assert [phone.number for phone in younger.phones.all()] == ["13812342277", "13900001111"]
        assert [phone.number for phone in elder.phones.all()] == ["13812342277"]
        assert younger.matters.count() == younger.needs.count() == younger.touches.count() == 1
        assert list(elder.notes.all()) == [later]
        assert (elder.gender, elder.vip, elder.tags, elder.id_number_digest) == ("", False, ["养狗"], "")

    def test_undoing_keeps_what_was_changed_after_the_merge(
        self, two: tuple[Customer, Customer], lead: Actor
    ) -> None:
        elder, younger = two
        merged = customers.merge(actor=lead, winner=elder, loser=younger)
        elder.refresh_from_db()
        customers.update_customer(actor=lead, customer=elder, tags=["养猫"])
        merged.refresh_from_db()
        customers.undo_merge(actor=lead, record=merged)
        elder.refresh_from_db()
        assert elder.tags == ["养猫"]

    def test_a_merge_is_undone_once(self, two: tuple[Customer, Customer], lead: Actor) -> None:
        merged = customers.merge(actor=lead, winner=two[0], loser=two[1])
        customers.undo_merge(actor=lead, record=MergeRecord.objects.get(pk=merged.pk))
        with pytest.raises(customers.CannotUndo):
            customers.undo_merge(actor=lead, record=MergeRecord.objects.get(pk=merged.pk))

    def test_the_later_merge_is_undone_first(
        self, two: tuple[Customer, Customer], lead: Actor, new_customer: New
    ) -> None:
        first = customers.merge(actor=lead, winner=two[0], loser=two[1])
        customers.merge(actor=lead, winner=new_customer("张总"), loser=two[0])
        with pytest.raises(customers.CannotUndo):
            customers.undo_merge(actor=lead, record=MergeRecord.objects.get(pk=first.pk))

    def test_a_merged_record_is_not_merged_again(self, two: tuple[Customer, Customer], lead: Actor) -> None:
        customers.merge(actor=lead, winner=two[0], loser=two[1])
        with pytest.raises((customers.NotActive, Outrun)):
            customers.merge(actor=lead, winner=two[1], loser=two[0])

    def test_both_may_hold_the_same_room(
        self, two: tuple[Customer, Customer], lead: Actor, room: Premises, community: Premises
    ) -> None:
        elder, younger = two
        customers.occupy(actor=lead, customer=younger, premises=room, role="owner")
        other = build_room(lead, community, "5", "1", "101")
        customers.occupy(actor=lead, customer=younger, premises=other, role="owner")
        customers.merge(actor=lead, winner=elder, loser=younger)
        held = elder.occupancies.values_list("premises__address", flat=True)
        assert sorted(held) == ["碧水园 3-2-301", "碧水园 5-1-101"]

    def test_customers_of_two_units_are_not_merged(
        self, new_customer: New, director: Actor, stranger: Actor, cast: Cast
    ) -> None:
        mine = new_customer("张建国")
        theirs = new_customer("张建国", actor=stranger, unit=cast.b.unit)
        with pytest.raises(Invalid):
            customers.merge(actor=director, winner=mine, loser=theirs)

    def test_who_may_not_merge_is_refused(self, two: tuple[Customer, Customer], reader: Actor) -> None:
        with pytest.raises(Refused):
            customers.merge(actor=reader, winner=two[0], loser=two[1])


class TestHigherDomains:
    @pytest.fixture
    def follower(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
        seen: dict[str, Any] = {}
        monkeypatch.setattr(registry, "_repointings", {})

        def move(*, actor: Actor, loser: Customer, winner: Customer) -> list[int]:
            seen["moved"] = (loser.pk, winner.pk)
            return [7, 8]

        def undo(*, actor: Actor, ids: list[int], loser: Customer, winner: Customer) -> None:
            seen["undone"] = ids

        registry.on_merge("cases.case", move=move, undo=undo)
        yield seen

    def test_rows_of_a_registered_domain_follow_and_come_back(
        self, follower: dict[str, Any], two: tuple[Customer, Customer], lead: Actor
    ) -> None:
        merged = customers.merge(actor=lead, winner=two[0], loser=two[1])
        assert follower["moved"] == (two[1].pk, two[0].pk)
        customers.undo_merge(actor=lead, record=MergeRecord.objects.get(pk=merged.pk))
        assert follower["undone"] == [7, 8]


def test_the_merge_is_one_sentence_on_both_sides(two: tuple[Customer, Customer], lead: Actor) -> None:
    customers.merge(actor=lead, winner=two[0], loser=two[1], reason="同一人")
    for customer in two:
        entry = history.timeline(customer).get(verb="customer.merged")
        assert entry.sentence() == "王芳把张先生并入张建国"


def test_arrears_stay_where_they_were_reported(two: tuple[Customer, Customer], lead: Actor) -> None:
    customers.report_arrears(actor=lead, customer=two[1], amount=Decimal("420"), as_of=date(2026, 3, 1))
    customers.merge(actor=lead, winner=two[0], loser=two[1])
    two[0].refresh_from_db()
    assert two[0].arrears_amount == 0


def test_every_choosable_line_can_be_merged(two: tuple[Customer, Customer]) -> None:
    chosen = {line.column for line in comparing.lines(*two)} - {""}
    assert chosen
    assert chosen <= set(rules.MERGEABLE)
