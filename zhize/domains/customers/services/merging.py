"""Merging two entries for one customer, and undoing it (CUS-32).

Both rows stay: the loser is marked as merged and points to the winner, whose page shows both histories. Rows of
this domain and of registered higher domains are pointed to the winner; what moved is kept, so that an undo gives
exactly that back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import machine, registry, rules
from zhize.domains.customers.models import (
    Asset,
    Contact,
    Customer,
    DuplicateProposal,
    EmailAddress,
    Erasing,
    ErasureRequest,
    HouseholdMember,
    ImportantMatter,
    MergeRecord,
    Need,
    Note,
    Occupancy,
    ParkingSpace,
    Phone,
    SignedConfirmation,
    Touch,
    WatchListEntry,
)
from zhize.domains.customers.services.standing import require_active
from zhize.kernel import access, flow, history
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError, Invalid, atomic, guarded_update
from zhize.lib import clock


class CannotUndo(DomainError):
    """The merge was undone before, or the winner was itself merged since."""

    code = "customer.merge_cannot_be_undone"
    message = _("这次合并已经撤销，或者保留的客户后来又被合并，请先撤销后一次合并。")


@atomic
def merge(
    *,
    actor: Actor,
    winner: Customer,
    loser: Customer,
    keep_from_loser: Iterable[str] = (),
    reason: str = "",
) -> MergeRecord:
    """Merge `loser` into `winner`. `keep_from_loser` names columns whose value is taken from the loser.

    Refused across units, for entries that are not active, and while somebody asks to erase one. Announces customer.merged on both.
    """
    for customer in (winner, loser):
        access.require(actor, caps.MERGE, customer)
    if winner.pk == loser.pk:
        raise Invalid({"loser": [_("不能把客户并入自己。")]})
    if winner.unit_id != loser.unit_id:
        raise Invalid({"loser": [_("两位客户属于不同的单位，不能合并。")]})
    # Always the smaller id first, so that two people merging the same pair cannot wait for each other.
    rows = Customer.objects.select_for_update().filter(pk__in=[winner.pk, loser.pk]).order_by("pk")
    fresh = {row.pk: row for row in rows}
    winner, loser = fresh[winner.pk], fresh[loser.pk]
    for customer in (winner, loser):
        require_active(customer)
    if ErasureRequest.objects.filter(customer__in=fresh, outcome=Erasing.OPEN).exists():
        raise Invalid({"loser": [_("其中一位有抹去个人信息的申请在等审批，办完才能合并。")]})
    unknown = set(keep_from_loser) - set(rules.MERGEABLE)
    if unknown:
        raise Invalid(
            {"keep_from_loser": [_("不能选择这一栏：{names}").format(names="、".join(sorted(unknown)))]}
        )
    changed = rules.merged_values(_values(winner), _values(loser), keep_from_loser)
    moved = {name: mover(loser, winner) for name, mover in _MOVERS.items()}
    for owner in registry.repointings():
        moved[owner.name] = owner.move(actor=actor, loser=loser, winner=winner)
    before = {name: getattr(winner, name) for name in changed}
    # The loser leaves first: its number in an old system may be taken over by the winner.
    flow.perform(
        loser,
        "merge",
        actor=actor,
        note=reason,
        changes={"merged_into": winner},
        recorded_as="customer.merged_away",
    )
    guarded_update(winner, **_taken(winner, loser, changed))
    record = MergeRecord(
        winner=winner,
        loser=loser,
        moved={name: ids for name, ids in moved.items() if ids},
        changed=history.plain({**changed, **_id_change(winner, loser, before)}),
        reason=reason.strip()[:200],
        merged_at=clock.now(),
        merged_by_id=actor.person_id,
    )
    record.save()
    settled = _settle_proposals(actor, winner, loser)
    history.record(
        actor=actor,
        verb="customer.merged",
        subject=winner,
        changes=changed,
        data={"winner": winner.name, "loser": loser.name, "loser_id": loser.pk, "merge": record.pk},
        note=reason,
        also=[loser],
        marks=[record, *settled],
    )
    return record


def _values(customer: Customer) -> dict[str, Any]:
    return {
        **{name: getattr(customer, name) for name in rules.MERGEABLE},
        "tags": customer.tags,
        "answers": customer.answers,
    }


_SEALED = ("id_number_sealed", "id_number_digest", "id_number_masked")
_NEWEST = ("confirmed_at", "last_touch_at")


def _taken(winner: Customer, loser: Customer, changed: dict[str, list[Any]]) -> dict[str, Any]:
    """Columns to write on the winner: the chosen ones, the ID number it lacked, the newer of the two dates."""
    values = {name: after for name, (_before, after) in changed.items()}
    if not winner.id_number_digest and loser.id_number_digest:
        values |= {name: getattr(loser, name) for name in _SEALED}
    for name in _NEWEST:
        mine, theirs = getattr(winner, name), getattr(loser, name)
        if theirs is not None and (mine is None or theirs > mine):
            values[name] = theirs
    return values


def _id_change(winner: Customer, loser: Customer, before: dict[str, Any]) -> dict[str, list[Any]]:
    # Only that it was taken over, never the sealed number itself.
    taken = bool(loser.id_number_digest) and winner.id_number_digest == loser.id_number_digest
    return (
        {"id_number_masked": ["", loser.id_number_masked]}
        if taken and "id_number_masked" not in before
        else {}
    )


def _settle_proposals(actor: Actor, winner: Customer, loser: Customer) -> list[DuplicateProposal]:
    first, second = sorted((winner.pk, loser.pk))
    rows = list(DuplicateProposal.objects.filter(first_id=first, second_id=second, settled_at__isnull=True))
    for row in rows:
        guarded_update(row, settled_at=clock.now(), settled_by_id=actor.person_id)
    return rows


@atomic
def undo_merge(*, actor: Actor, record: MergeRecord, reason: str = "") -> MergeRecord:
    """Part two entries again: what moved goes back, values of the winner return where nobody changed them since."""
    access.require(actor, caps.MERGE, record)
    winner, loser = record.winner, record.loser
    if record.undone_at is not None or loser.merged_into_id != winner.pk or winner.state == machine.MERGED:
        raise CannotUndo
    for owner in registry.repointings():
        if ids := record.moved.get(owner.name):
            owner.undo(actor=actor, ids=ids, loser=loser, winner=winner)
    for name, undo in _UNDOERS.items():
        if ids := record.moved.get(name):
            undo(ids, loser)
    now_plain = history.plain(_values(winner))
    back = {
        name: before
        for name, (before, after) in record.changed.items()
        if now_plain.get(name, object()) == after
    }
    if "id_number_masked" in record.changed and winner.id_number_digest == loser.id_number_digest:
        back |= dict.fromkeys(_SEALED, "")
    guarded_update(winner, **back)
    flow.perform(
        loser,
        "unmerge",
        actor=actor,
        note=reason,
        changes={"merged_into": None},
        recorded_as="customer.parted",
    )
    guarded_update(record, expect={"undone_at": None}, undone_at=clock.now(), undone_by_id=actor.person_id)
    history.record(
        actor=actor,
        verb="customer.unmerged",
        subject=winner,
        data={"winner": winner.name, "loser": loser.name, "loser_id": loser.pk, "merge": record.pk},
        note=reason,
        also=[loser],
        marks=[record],
    )
    return record


Mover = Callable[[Customer, Customer], list[int]]
Undoer = Callable[[list[int], Customer], None]


def _simple(model: Any, column: str = "customer") -> tuple[Mover, Undoer]:
    """Rows that may stand with any customer: all follow."""

    def move(loser: Customer, winner: Customer) -> list[int]:
        ids = list(model.objects.filter(**{column: loser}).order_by("pk").values_list("pk", flat=True))
        model.objects.filter(pk__in=ids).update(**{column: winner})
        return ids

    def undo(ids: list[int], loser: Customer) -> None:
        model.objects.filter(pk__in=ids).update(**{column: loser})

    return move, undo


def _unless_there(model: Any, columns: tuple[str, ...], *, demote: bool = False) -> tuple[Mover, Undoer]:
    """Rows of which the winner may have the same already: those stay with the loser. A second preferred one is demoted."""

    def move(loser: Customer, winner: Customer) -> list[int]:
        held = set(model.objects.filter(customer=winner).values_list(*columns))
        rows = [
            row
            for row in model.objects.filter(customer=loser)
            if tuple(getattr(row, c) for c in columns) not in held
        ]
        ids = [row.pk for row in rows]
        values: dict[str, Any] = {"customer": winner}
        if demote and model.objects.filter(customer=winner, primary=True).exists():
            values["primary"] = False
        model.objects.filter(pk__in=ids).update(**values)
        return ids

    def undo(ids: list[int], loser: Customer) -> None:
        model.objects.filter(pk__in=ids).update(customer=loser)
        if demote and not model.objects.filter(customer=loser, primary=True).exists():
            first = model.objects.filter(customer=loser).order_by("pk").first()
            model.objects.filter(pk=first.pk if first else None).update(primary=True)

    return move, undo


def _move_occupancies(loser: Customer, winner: Customer) -> list[int]:
    held = set(
        Occupancy.objects.filter(customer=winner, to_on__isnull=True).values_list("premises_id", "role")
    )
    rows = Occupancy.objects.filter(customer=loser)
    ids = [row.pk for row in rows if row.to_on is not None or (row.premises_id, row.role) not in held]
    Occupancy.objects.filter(pk__in=ids).update(customer=winner)
    return ids


def _move_watch(loser: Customer, winner: Customer) -> list[int]:
    rows = WatchListEntry.objects.filter(customer=loser)
    if WatchListEntry.objects.filter(customer=winner, ended_on__isnull=True).exists():
        rows = rows.filter(ended_on__isnull=False)
    ids = list(rows.values_list("pk", flat=True))
    WatchListEntry.objects.filter(pk__in=ids).update(customer=winner)
    return ids


def _move_membership(loser: Customer, winner: Customer) -> list[int]:
    held = HouseholdMember.objects.filter(member=winner).values("household_id")
    rows = HouseholdMember.objects.filter(member=loser).exclude(Q(household__in=held) | Q(household=winner))
    ids = list(rows.values_list("pk", flat=True))
    HouseholdMember.objects.filter(pk__in=ids).update(member=winner)
    return ids


def _move_household(loser: Customer, winner: Customer) -> list[int]:
    held = HouseholdMember.objects.filter(household=winner).values("member_id")
    rows = HouseholdMember.objects.filter(household=loser).exclude(Q(member__in=held) | Q(member=winner))
    if HouseholdMember.objects.filter(household=winner, relation="head").exists():
        rows = rows.exclude(relation="head")
    ids = list(rows.values_list("pk", flat=True))
    HouseholdMember.objects.filter(pk__in=ids).update(household=winner)
    return ids


_PAIRS_OF: dict[str, tuple[Mover, Undoer]] = {
    "customers.phone": _unless_there(Phone, ("number",), demote=True),
    "customers.email": _unless_there(EmailAddress, ("address",), demote=True),
    "customers.contact": _simple(Contact),
    "customers.confirmation": _simple(SignedConfirmation),
    "customers.occupancy": (_move_occupancies, _simple(Occupancy)[1]),
    "customers.parking": _simple(ParkingSpace),
    "customers.asset": _simple(Asset),
    "customers.matter": _simple(ImportantMatter),
    "customers.watch": (_move_watch, _simple(WatchListEntry)[1]),
    "customers.need": _simple(Need),
    "customers.touch": _simple(Touch),
    "customers.note": _simple(Note),
    "customers.membership": (_move_membership, _simple(HouseholdMember, "member")[1]),
    "customers.household": (_move_household, _simple(HouseholdMember, "household")[1]),
}
_MOVERS = {name: pair[0] for name, pair in _PAIRS_OF.items()}
_UNDOERS = {name: pair[1] for name, pair in _PAIRS_OF.items()}
