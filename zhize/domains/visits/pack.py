"""What a pack says about visits: the questionnaires of callbacks, surveys and personal visits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from zhize.kernel import packs
from zhize.kernel.forms.specs import FormSpec
from zhize.kernel.packs.specs import Code, Item, PackText


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


def check_topics(pack: packs.Pack) -> Iterator[packs.Problem]:
    """Positions exist."""
    for topic in pack.items("opinion_topics"):
        known = pack.codes("positions")
        yield from pack.unknown(
            "opinion_topics", topic.code, ("positions",), topic.positions, known, _("岗位")
        )


packs.section("questionnaires", model=QuestionnaireSpec)
packs.section("opinion_topics", model=TopicSpec, check=check_topics)
