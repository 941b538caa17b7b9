"""The vocabulary pack models are written in: strict, frozen, closed to unknown keys."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from zhize.lib.conditions import MAX_DEPTH
from zhize.lib.periods import Period
from zhize.lib.text import Text

OVERRIDE = "zhize_override"
"""Key in a field's `json_schema_extra` that says: a site may set its own value here."""


class Spec(BaseModel):
    """Base of every pack model: unknown keys are mistakes, values are never coerced, instances never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_default=True)


def _both(text: Text) -> Text:
    if not text.zh.strip() or not text.en.strip():
        raise ValueError(_("中文和英文都要写。"))
    return text


Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Lower-case name, never re-used for something else."""

VerbName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=80)]
"""A registered name with a dot: a capability, a fact, a measure."""

MessageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=80)
]
"""The code of a notice template, as the sender registered it."""

PackText = Annotated[Text, AfterValidator(_both)]
"""A text in both written languages; Traditional Chinese is derived."""

Positive = Annotated[int, Field(ge=1)]
Share = Annotated[int, Field(ge=1, le=100)]


def site(default: Any = ..., **options: Any) -> Any:
    """A field a site may override with its own value (`services.override`)."""
    return Field(default, json_schema_extra={OVERRIDE: True}, **options)


class Item(Spec):
    """One item of a section: everything in a pack has a code."""

    code: Code


class TargetSpec(Spec):
    """How long something may take (§0 of the requirements).

    `elapsed`: `minutes` (or `seconds`) on the wall clock, nights and days off included. `working`: `minutes` of the
    unit's working time. `days`: `days` calendar days, end of the working day of the last one, a day off the next
    working day; with `at` (次日10点) that time of the calendar day itself, day off or not. `working_days`: end of the nth working day. `months`: calendar months, as `days`. `by`: at the time
    `at` on the nth working day (0 is today), without `at` as `days`. `day_end`: end of work of the same day, or of
    the next working day when that is over (当日); of the nth working day with `days`. `shift_end`: the end of the
    holder's own shift, or `before_minutes` before. `period_end`: the end of the last working day of the week,
    ten-day period, half month, month, quarter, half-year or year `of` the event. `before`: `days`, `working_days`,
    `months` or `minutes` before the date that the event names, a day off the working day before; nothing given: not
    later than that date. `none`: no limit, the thing is only followed.
    """

    kind: Literal[
        "elapsed", "working", "days", "working_days", "months", "by", "day_end", "shift_end", "period_end",
        "before", "none",
    ]  # fmt: skip
    minutes: Positive | None = site(None)
    seconds: Positive | None = site(None, le=86400)
    days: Annotated[int, Field(ge=0)] | None = site(None)
    working_days: Positive | None = site(None)
    months: Annotated[int, Field(ge=1, le=120)] | None = site(None)
    at: time | None = site(None)
    before_minutes: Annotated[int, Field(ge=0)] | None = site(None)
    of: Period | None = site(None)
    assumed: bool = False
    """The source gives no number ("第一时间", "及时"): the value is our default and reported as such."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        given = {name for name in _MEASURES if getattr(self, name) is not None}
        if self.kind in ("elapsed", "working") and not given & {"minutes", "seconds"}:
            raise ValueError(_("这种时限要写明多少分钟。"))
        if self.kind in ("by", "days", "working_days") and "days" not in given:
            raise ValueError(_("这种时限要写明多少天（0 为当天）。"))
        if (self.kind == "months" and "months" not in given) or (
            self.kind == "period_end" and "of" not in given
        ):
            raise ValueError(_("months 要写 months（月数），period_end 要写 of（哪个周期）。"))
        if foreign := sorted(given - _OF_KIND[self.kind]):
            raise ValueError(
                _("{kind} 这种时限不用写 {names}。").format(kind=self.kind, names="、".join(foreign))
            )
        if self.kind in ("before", "elapsed") and len(given) > 1:
            raise ValueError(_("提前多久只写一种单位。"))
        return self

    def as_clock(self) -> dict[str, Any]:
        """The JSON that `clocks.start(target=…)` takes."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"assumed"})


_OF_KIND: dict[str, set[str]] = {
    "elapsed": {"minutes", "seconds"},
    "working": {"minutes"},
    "days": {"days", "at"},
    "working_days": {"days"},
    "months": {"months"},
    "by": {"days", "at"},
    "day_end": {"days"},
    "shift_end": {"before_minutes"},
    "period_end": {"of"},
    "before": {"days", "working_days", "months", "minutes"},
    "none": set(),
}
_MEASURES = sorted(set().union(*_OF_KIND.values()))


Tell = Literal["holder", "deputy", "owner", "superior", "second_superior", "present_on_shift"]


class RungSpec(Spec):
    """One rung of an escalation ladder: when it is reached, who is told. Resolved when it fires."""

    code: Code
    label: PackText
    percent: Positive | None = site(None)
    before_minutes: Positive | None = site(None)
    after_minutes: Annotated[int, Field(ge=0)] | None = site(None)
    tell: tuple[Tell, ...] = ()
    positions: tuple[Code, ...] = ()
    message: MessageCode | None = None
    urgent: bool = False

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        given = [self.percent, self.before_minutes, self.after_minutes]
        if sum(value is not None for value in given) != 1:
            raise ValueError(_("percent、before_minutes、after_minutes 三者写且只写一个。"))
        if not self.tell and not self.positions:
            raise ValueError(_("要写明通知谁（tell 或 positions）。"))
        return self

    def as_threshold(self) -> dict[str, Any]:
        """The JSON that `clocks.start(thresholds=[…])` takes."""
        found = {"code": self.code}
        for ours, theirs in (("percent", "at_percent"), ("before_minutes",) * 2, ("after_minutes",) * 2):
            if getattr(self, ours) is not None:
                found[theirs] = getattr(self, ours)
        return found


class ConditionSpec(Spec):
    """The closed condition grammar: `all`, `any`, `not` or one comparison `field op value`, at most three deep."""

    all: tuple[ConditionSpec, ...] | None = None
    any: tuple[ConditionSpec, ...] | None = None
    negate: ConditionSpec | None = Field(None, alias="not")
    field: str | None = None
    op: str | None = None
    value: Any = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [self.all, self.any, self.negate, self.field]
        if sum(form is not None for form in forms) != 1:
            raise ValueError(_("条件写 all、any、not 或 field 之一。"))
        if (self.field is None) != (self.op is None):
            raise ValueError(_("比较要写 field 和 op。"))
        if self._depth() > MAX_DEPTH + 1:
            raise ValueError(_("条件最多三层。"))
        return self

    def _depth(self) -> int:
        inner = [*(self.all or ()), *(self.any or ()), *([self.negate] if self.negate else [])]
        return 1 + max((part._depth() for part in inner), default=0)

    def fields(self) -> set[str]:
        """Names of the fields the condition looks at."""
        found = {self.field} if self.field else set()
        for part in (*(self.all or ()), *(self.any or ()), *([self.negate] if self.negate else [])):
            found |= part.fields()
        return found

    def as_data(self) -> dict[str, Any]:
        """The plain form that `zhize.lib.conditions` reads."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
