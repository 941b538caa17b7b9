"""What a pack may say about customers: the kinds it knows, what each kind asks for, and the grades."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from zhize.domains.customers.rules import Asks
from zhize.kernel import forms, packs
from zhize.kernel.forms.specs import FormSpec
from zhize.kernel.packs.specs import Code, Item, PackText, Positive, site

if TYPE_CHECKING:
    from zhize.kernel.packs import Pack, Problem

KINDS, GRADES = "customer_kinds", "customer_grades"


def _addresses(ids: Collection[int]) -> dict[int, str]:
    """What fields of forms that point at premises show."""
    from zhize.domains.customers.selectors import premises

    return premises.labels(ids)


class CustomerKind(Item):
    """A kind of customer 客户类别: 业主, 租户, 商铺, 企业客户, ... (CUS-02).

    `asks` lists what must be given before such a customer is recorded. `occupancy` is the role a customer of this
    kind has at premises unless said otherwise. `words` are what owners' lists call the kind. Exactly one kind
    may be the `fallback` for people who contact us and are in no list; it asks for nothing.
    """

    label: PackText
    nature: Literal["person", "household", "company"]
    asks: tuple[Asks, ...] = ()
    occupancy: Literal["owner", "resident", "tenant", "occupier"] | None = None
    words: tuple[str, ...] = ()
    fallback: bool = False
    form: FormSpec | None = None


class CustomerGrade(Item):
    """A customer grade 客户等级: how often such a customer is visited and what he has a right to (CUS-08).

    `rank` orders the grades, 1 is the highest. Without `visit_days` no visits are planned. `visit_position` names
    who visits; the holder is the one who answers for the customer's area, else the customer's keeper.
    """

    label: PackText
    rank: Annotated[int, Field(ge=1, le=20)]
    visit_days: Positive | None = site(None)
    visit_position: Code | None = None
    rights: tuple[PackText, ...] = ()


def check_kinds(pack: Pack) -> Iterator[Problem]:
    """At most one fallback, which asks for nothing; a company is asked for premises only beside its licence."""
    fallbacks = [kind for kind in pack.items(KINDS) if kind.fallback]
    for kind in fallbacks[1:]:
        yield pack.problem(KINDS, kind.code, ("fallback",), _("只能有一个 fallback 类别。"))
    for kind in fallbacks:
        if kind.asks:
            yield pack.problem(KINDS, kind.code, ("asks",), _("fallback 类别不能有必须登记的内容。"))
    for kind in pack.items(KINDS):
        if "licence" in kind.asks and kind.nature != "company":
            yield pack.problem(KINDS, kind.code, ("asks",), _("只有企业类的客户才登记营业执照。"))


def check_grades(pack: Pack) -> Iterator[Problem]:
    """Ranks are distinct; a visiting position exists."""
    seen: dict[int, str] = {}
    positions = pack.codes("positions")
    for grade in pack.items(GRADES):
        if grade.rank in seen:
            message = _("“{code}”已经是第 {rank} 级。").format(code=seen[grade.rank], rank=grade.rank)
            yield pack.problem(GRADES, grade.code, ("rank",), message)
        seen[grade.rank] = grade.code
        if grade.visit_position and grade.visit_position not in positions:
            message = _("没有叫“{name}”的岗位。").format(name=grade.visit_position)
            yield pack.problem(GRADES, grade.code, ("visit_position",), message)


forms.register_reference("premises", labels=_addresses)
packs.section(KINDS, model=CustomerKind, check=check_kinds)
packs.section(GRADES, model=CustomerGrade, check=check_grades)
