"""What a form asks for, as data: a closed set of field types with their limits, labels and conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    model_validator,
)

from zhize.lib import conditions
from zhize.lib.text import Text

Kind = Literal[
    "text",
    "paragraph",
    "integer",
    "decimal",
    "money",
    "date",
    "time",
    "datetime",
    "choice",
    "multichoice",
    "boolean",
    "phone",
    "person",
    "premises",
    "file",
    "rating",
    "signature",
]

# Named checks of a text; a pack picks one, it cannot bring its own.
Pattern = Literal["id_number", "credit_code", "postcode", "plate", "email", "url", "digits"]

NUMBERS = frozenset({"integer", "decimal", "money"})
TEXTS = frozenset({"text", "paragraph"})
CHOICES = frozenset({"choice", "multichoice"})
COUNTED = frozenset({"multichoice", "file"})
# The default of a date that means the day of the record.
TODAY = "today"

# How an answer compares in a condition; files and signatures do not.
_COMPARED: dict[str, conditions.Kind] = {
    **dict.fromkeys(("text", "paragraph", "phone", "time"), "text"),
    **dict.fromkeys(("integer", "decimal", "money", "rating", "person", "premises"), "number"),
    "date": "date",
    "datetime": "moment",
    "choice": "choice",
    "multichoice": "choices",
    "boolean": "boolean",
}

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
ChoiceCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=60)]
FormRef = Annotated[str, StringConstraints(pattern=r"^FRM-\d{3}$")]
"""A row of the catalogue's list of forms."""

Number = int | float | Decimal


def _both(text: Text) -> Text:
    if not text.zh.strip() or not text.en.strip():
        raise ValueError(_("中文和英文都要写。"))
    return text


Label = Annotated[Text, AfterValidator(_both)]


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Choice(_Spec):
    """One answer to choose. A retired one is still shown where it was chosen, and offered to nobody."""

    code: ChoiceCode
    label: Label
    retired: bool = False


class FieldSpec(_Spec):
    """One question.

    A field is visible when the state is one of `visible_in` (none listed: always) and `visible_if` holds. It is
    required when it is visible and `required` is set, or the state is one of `required_in`, or
    `required_if` holds. States may be named by their code or by their category. Conditions (`zhize.lib.conditions`)
    look at the answers of fields that stand earlier in the form.

    `min` and `max` bound a number, a rating, or how many choices or files may be given; `min_length` and
    `max_length` bound a text. `sum_of` names number fields of the form whose sum the number must be, `at_most` such
    whose sum it must not exceed; where none of them is answered, nothing is compared. `when` keeps a date or moment in the past or in the future (today counts as both).
    The `default` of a date is `today`: the day of the record, which is the present one or that of the slot it is for.
    """

    code: Code
    type: Kind
    label: Label
    help: Text | None = None
    section: Text | None = None
    unit: Text | None = None
    required: bool = False
    required_in: tuple[Code, ...] = ()
    required_if: dict[str, Any] | None = None
    visible_in: tuple[Code, ...] = ()
    visible_if: dict[str, Any] | None = None
    min: Number | None = None
    max: Number | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    min_length: Annotated[int, Field(ge=0, le=20_000)] | None = None
    max_length: Annotated[int, Field(ge=1, le=20_000)] | None = None
    sum_of: tuple[Code, ...] = ()
    at_most: tuple[Code, ...] = ()
    pattern: Pattern | None = None
    when: Literal["past", "future"] | None = None
    choices: tuple[Choice, ...] = ()
    default: str | int | float | bool | tuple[str, ...] | None = None
    aliases: tuple[str, ...] = ()
    """Other names under which an imported table's column head may bring this field."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        problems = [text for wrong, text in self._rules() if wrong]
        if problems:
            raise ValueError(" ".join(problems))
        return self

    def _rules(self) -> list[tuple[bool, str]]:
        codes = [choice.code for choice in self.choices]
        bounded = NUMBERS | COUNTED | {"rating"}
        low, high = self.min, self.max
        return [
            (self.type in CHOICES and not codes, _("选择类的栏目要列出 choices。")),
            (self.type not in CHOICES and bool(codes), _("choices 只用于选择类的栏目。")),
            (len(codes) != len(set(codes)), _("choices 里有重复的代码。")),
            (
                (low is not None or high is not None) and self.type not in bounded,
                _("min、max 只用于数字、评分、多选和文件。"),
            ),
            (low is not None and high is not None and low > high, _("min 不能大于 max。")),
            (
                (self.min_length is not None or self.max_length is not None) and self.type not in TEXTS,
                _("min_length、max_length 只用于文字。"),
            ),
            (
                self.min_length is not None
                and self.max_length is not None
                and self.min_length > self.max_length,
                _("min_length 不能大于 max_length。"),
            ),
            (
                bool(self.sum_of or self.at_most) and self.type not in NUMBERS,
                _("sum_of、at_most 只用于数字。"),
            ),
            (self.pattern is not None and self.type != "text", _("pattern 只用于 text。")),
            (self.decimals is not None and self.type != "decimal", _("decimals 只用于 decimal。")),
            (self.when is not None and self.type not in {"date", "datetime"}, _("when 只用于日期。")),
            (self.default is not None and not self._default_fits(codes), _("default 不是这种栏目的值。")),
        ]

    def _default_fits(self, codes: Collection[str]) -> bool:
        value = self.default
        if self.type == "choice":
            return value in codes
        if self.type == "multichoice":
            return isinstance(value, tuple) and set(value) <= set(codes)
        if self.type == "boolean":
            return isinstance(value, bool)
        if self.type == "date":
            return value == TODAY
        if self.type in NUMBERS | {"rating"}:
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        return self.type in TEXTS and isinstance(value, str)

    def choice(self, code: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == code), None)

    def shown_in(self, states: Collection[str]) -> bool:
        """Whether the field belongs to these states at all."""
        return not self.visible_in or any(state in states for state in self.visible_in)

    def name(self) -> conditions.Name | None:
        """What conditions may know of this field; None when they cannot look at it."""
        kind = _COMPARED.get(self.type)
        options = {choice.code: choice.label for choice in self.choices} or None
        return conditions.Name(kind, self.label, options) if kind else None


class FormSpec(_Spec):
    """A form: its fields in order. Answers are kept with `code` and `version`, so old answers stay readable.

    `refs` are the rows of the catalogue's list of forms that it is; a row that names several papers is several forms.
    """

    code: Code
    version: Annotated[int, Field(ge=1)] = 1
    refs: tuple[FormRef, ...] = ()
    label: Text | None = None
    fields: tuple[FieldSpec, ...] = ()

    _visible: dict[str, conditions.Condition] = PrivateAttr(default_factory=dict)
    _required: dict[str, conditions.Condition] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        vocabulary: dict[str, conditions.Name] = {}
        seen: set[str] = set()
        problems: list[str] = []
        for field in self.fields:
            problems += self._misread(field)
            if field.code in seen:
                problems.append(_("栏目 {code} 写了两次。").format(code=field.code))
            for name, raw, parsed in (
                ("visible_if", field.visible_if, self._visible),
                ("required_if", field.required_if, self._required),
            ):
                if raw is not None:
                    try:
                        parsed[field.code] = conditions.parse(raw, vocabulary, f"{field.code}.{name}")
                    except conditions.ConditionError as error:
                        language = get_language() or "zh-hans"
                        problems += [
                            f"{item.path}: {item.message.in_language(language)}" for item in error.problems
                        ]
            seen.add(field.code)
            named = field.name()
            if named is not None:
                vocabulary[field.code] = named
        if problems:
            raise ValueError(" ".join(problems))
        return self

    def _misread(self, field: FieldSpec) -> list[str]:
        """What `sum_of` and `at_most` name that is no other number of the form."""
        numbers = {other.code for other in self.fields if other.type in NUMBERS} - {field.code}
        return [
            _("{code}：{other} 不是这张表的另一个数字栏目。").format(code=field.code, other=code)
            for code in (*field.sum_of, *field.at_most)
            if code not in numbers
        ]

    def visible(self, field: FieldSpec, states: Collection[str], answers: Mapping[str, Any]) -> bool:
        """Whether the field is asked in these states, given the answers to earlier fields."""
        condition = self._visible.get(field.code)
        return field.shown_in(states) and (condition is None or conditions.evaluate(condition, answers))

    def needed(self, field: FieldSpec, states: Collection[str], answers: Mapping[str, Any]) -> bool:
        """Whether a visible field must be answered."""
        condition = self._required.get(field.code)
        return (
            field.required
            or any(state in states for state in field.required_in)
            or (condition is not None and conditions.evaluate(condition, answers))
        )

    def field(self, code: str) -> FieldSpec | None:
        return next((field for field in self.fields if field.code == code), None)

    def document(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The one JSON document that keeps answers: they, and the form and version they answer."""
        return {"form": self.code, "version": self.version, "answers": dict(answers)}


def states_of(state: str | Collection[str]) -> frozenset[str]:
    """A state given as its code, or as several names (code and category), or as none."""
    if isinstance(state, str):
        return frozenset({state} - {""})
    return frozenset(state)
