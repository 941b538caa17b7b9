"""Two entries side by side: what both say, line by line, and what a merge would keep (CUS-32)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import catalogue
from zhize.domains.customers.models import Customer, DuplicateProposal, MergeRecord
from zhize.domains.customers.selectors import identity
from zhize.kernel.access import Actor


def proposals(actor: Actor, *, settled: bool = False) -> QuerySet[DuplicateProposal]:
    """Visible proposals still to be judged, or those found to be two customers."""
    rows: QuerySet[Any] = DuplicateProposal.objects.visible_to(actor, caps.MERGE)
    rows = rows.filter(dismissed=True) if settled else rows.filter(settled_at__isnull=True)
    labels = catalogue.kind_labels()

    def label(column: str) -> Case:
        known = [When(**{column: code}, then=Value(text)) for code, text in labels.items()]
        return Case(*known, default=F(column), output_field=CharField())

    rows = rows.annotate(first_kind=label("first__kind_code"), second_kind=label("second__kind_code"))
    return rows.select_related("first", "second")


def merges(actor: Actor) -> QuerySet[MergeRecord]:
    """Visible merges, made and undone."""
    return MergeRecord.objects.visible_to(actor, caps.MERGE).select_related("winner", "loser", "merged_by")


@dataclass(frozen=True)
class Line:
    """One fact of two entries. `column` can be chosen from the loser; `adds` means that both are kept."""

    label: Any
    winner: str
    loser: str
    column: str = ""
    adds: bool = False
    taken: bool = False

    @property
    def differs(self) -> bool:
        return self.winner != self.loser


def lines(winner: Customer, loser: Customer) -> list[Line]:
    """What both entries say. Choosable where both say something else; what only the loser has is taken anyway."""
    found = [_choosable(column, label, say, winner, loser) for column, label, say in _COLUMNS]
    described = {caller.customer.pk: caller for caller in identity.describe([winner, loser])}
    first, second = described[winner.pk], described[loser.pk]
    found += [
        _adding(_("证件号码"), winner.id_number_masked, loser.id_number_masked),
        _adding(_("电话"), _numbers(winner), _numbers(loser)),
        _adding(_("邮箱"), _joined(winner.emails.all()), _joined(loser.emails.all())),
        _adding(_("房产"), _places(first.places), _places(second.places)),
        _adding(_("标签"), "、".join(winner.tags), "、".join(loser.tags)),
        Line(_("建档"), _day(winner.created_at), _day(loser.created_at)),
        Line(_("档案号"), winner.number, loser.number),
    ]
    return [line for line in found if line.winner or line.loser]


Say = Callable[[Customer], str]


def _choosable(column: str, label: Any, say: Say, winner: Customer, loser: Customer) -> Line:
    mine, theirs = say(winner), say(loser)
    raw_mine, raw_theirs = getattr(winner, column), getattr(loser, column)
    both = (
        raw_mine not in (None, "", False) and raw_theirs not in (None, "", False) and raw_mine != raw_theirs
    )
    taken = raw_mine in (None, "", False) and raw_theirs not in (None, "", False)
    return Line(label, mine, theirs, column=column if both else "", taken=taken)


def _adding(label: Any, winner: str, loser: str) -> Line:
    return Line(label, winner, loser, adds=bool(loser) and winner != loser)


def _kind(customer: Customer) -> str:
    return catalogue.kind_labels().get(customer.kind_code, customer.kind_code)


def _grade(customer: Customer) -> str:
    return catalogue.grade_labels().get(customer.grade_code, customer.grade_code)


_COLUMNS: Sequence[tuple[str, Any, Say]] = (
    ("name", _("姓名"), lambda row: row.name),
    ("kind_code", _("客户类别"), _kind),
    ("gender", _("性别"), lambda row: str(row.get_gender_display()) if row.gender else ""),
    ("grade_code", _("客户等级"), _grade),
    ("credit_grade", _("信用等级"), lambda row: row.credit_grade),
    ("keeper_id", pgettext_lazy("of a customer", "负责人"), lambda row: str(row.keeper or "")),
    (
        "preferred_channel",
        _("联系方式偏好"),
        lambda row: str(row.get_preferred_channel_display()) if row.preferred_channel else "",
    ),
    ("external_ref", _("原系统编号"), lambda row: row.external_ref),
)


def _numbers(customer: Customer) -> str:
    return "、".join(phone.masked for phone in customer.phones.all())


def _joined(rows: Any) -> str:
    return "、".join(str(row) for row in rows)


def _places(places: Sequence[Any]) -> str:
    return "、".join(f"{row.premises.address}（{row.get_role_display()}）" for row in places)


def _day(moment: Any) -> str:
    return moment.strftime("%Y-%m-%d")
