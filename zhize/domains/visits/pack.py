"""What a pack says about visits: questionnaires, topics of opinions, samples of homes to visit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from zhize.kernel import packs
from zhize.kernel.forms.specs import FormSpec
from zhize.kernel.packs.specs import Code, Item, PackText, Positive, Share, Spec, site


class QuestionnaireSpec(Item):
    """A questionnaire 问卷: what is said, what is asked, and how satisfaction is read from the answers.

    `satisfaction` names a rating field; from `satisfied_from` upwards the customer counts as satisfied. `problem`
    names a yes/no field: yes demands a follow-up before the visit can be saved (VIS-13). Fields listed in `public`
    are asked when the customer fills it in himself through a link.
    """

    label: PackText
    use: Literal["callback", "survey", "visit"]
    opening: PackText | None = None
    closing: PackText | None = None
    form: FormSpec
    satisfaction: Code
    satisfied_from: Annotated[int, Field(ge=1, le=10)] = 4
    problem: Code | None = None
    public: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        rating = self.form.field(self.satisfaction)
        if rating is None or rating.type != "rating":
            raise ValueError(_("satisfaction 要指向一个评分栏目。"))
        if self.problem is not None:
            field = self.form.field(self.problem)
            if field is None or field.type != "boolean":
                raise ValueError(_("problem 要指向一个是否栏目。"))
        unknown = [code for code in self.public if self.form.field(code) is None]
        if unknown:
            raise ValueError(_("没有这些栏目：") + "、".join(unknown))
        return self


class TopicSpec(Item):
    """A topic under which opinions heard are registered (VIS-14)."""

    label: PackText
    positions: tuple[Code, ...] = ()


class StratumSpec(Spec):
    """One kind of homes in a sample and how many of them.

    `source`: households (homes that somebody lives in) · cases (homes whose case of these `types` and `subtypes` was
    answered in the period) · visited (homes that were visited under the sample `of`). Either `percent` of them, rounded
    up, or a `count`; fewer are there: all are taken. `no_repeat`: no home twice before all had their turn; then a
    period's share is what is left divided by the periods left, so that rounding up comes first (D4).
    """

    code: Code
    label: PackText
    source: Literal["households", "cases", "visited"] = "households"
    types: tuple[Code, ...] = ()
    subtypes: tuple[Code, ...] = ()
    of: Code | None = None
    percent: Share | None = site(None)
    count: Positive | None = site(None)
    no_repeat: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.percent is None) == (self.count is None):
            raise ValueError(_("percent 和 count 写且只写一个。"))
        if self.no_repeat and self.percent is None:
            raise ValueError(_("no_repeat 要和 percent 一起用。"))
        if (self.source == "cases") != bool(self.types) or (self.source == "visited") != (
            self.of is not None
        ):
            raise ValueError(_("types 只用于 cases，of 只用于 visited。"))
        return self


class SampleSpec(Item):
    """A sample of homes to visit 回访抽样 (VIS-04, 05, 06). `position` visits; `own_areas`: each its own courts.

    `duty` is owed as many visits as were drawn. `reserve_percent` of the quota is drawn besides, for homes where nobody
    can be reached.
    """

    label: PackText
    position: Code
    period: Literal["month", "quarter", "half_year", "year"]
    duty: Code | None = None
    own_areas: bool = False
    reserve_percent: Annotated[int, Field(ge=0, le=100)] = site(20)
    strata: Annotated[tuple[StratumSpec, ...], Field(min_length=1)]

    def stratum(self, code: str) -> StratumSpec | None:
        return next((one for one in self.strata if one.code == code), None)


def check_samples(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Positions, duties, case types and samples exist."""
    for sample in pack.items("samples"):
        where = ("samples", sample.code)
        if sample.position not in pack.codes("positions"):
            yield pack.problem(
                *where, ("position",), _("没有叫“{name}”的岗位。").format(name=sample.position)
            )
        if sample.duty is not None and sample.duty not in pack.codes("duties"):
            yield pack.problem(*where, ("duty",), _("没有叫“{name}”的职责。").format(name=sample.duty))
        for index, stratum in enumerate(sample.strata):
            place = ("strata", index)
            known = pack.codes("case_types")
            yield from pack.unknown(*where, (*place, "types"), stratum.types, known, _("工单类型"))
            if stratum.of is not None and stratum.of not in pack.codes("samples"):
                message = _("没有叫“{name}”的回访抽样。").format(name=stratum.of)
                yield pack.problem(*where, (*place, "of"), message)


def check_topics(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Positions exist."""
    for topic in pack.items("opinion_topics"):
        known = pack.codes("positions")
        yield from pack.unknown(
            "opinion_topics", topic.code, ("positions",), topic.positions, known, _("岗位")
        )


packs.section("questionnaires", model=QuestionnaireSpec)
packs.section("opinion_topics", model=TopicSpec, check=check_topics)
packs.section("samples", model=SampleSpec, check=check_samples)
