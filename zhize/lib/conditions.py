"""The closed grammar of conditions that packs may write.

    {all: [...]}   {any: [...]}   {not: {...}}   {field: severity, op: is, value: major}

Nothing else, at most three levels deep, over declared names only. Whatever can be wrong is found when the
condition is parsed against its vocabulary; evaluating a parsed condition never fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from zhize.lib.text import Text

MAX_DEPTH = 3
MAX_PARTS = 20

Kind = Literal["text", "choice", "choices", "number", "boolean", "date", "moment"]

_ORDERED = frozenset({"less", "at_most", "more", "at_least"})
_OPERATORS: Mapping[Kind, frozenset[str]] = {
    "text": frozenset({"is", "is_not", "in", "not_in", "contains", "empty", "filled"}),
    "choice": frozenset({"is", "is_not", "in", "not_in", "empty", "filled"}),
    "choices": frozenset({"has", "has_not", "empty", "filled"}),
    "number": frozenset({"is", "is_not", "in", "not_in", "empty", "filled"}) | _ORDERED,
    "boolean": frozenset({"is", "is_not", "empty", "filled"}),
    "date": frozenset({"is", "is_not", "empty", "filled"}) | _ORDERED,
    "moment": frozenset({"empty", "filled"}) | _ORDERED,
}
OPERATORS = frozenset().union(*_OPERATORS.values())
_WITHOUT_VALUE = frozenset({"empty", "filled"})
_WITH_LIST = frozenset({"in", "not_in"})

_WORDS: Mapping[str, Text] = {
    "is": Text("为", "is"),
    "is_not": Text("不为", "is not"),
    "in": Text("为其一：", "is one of"),
    "not_in": Text("不为其中任何一个：", "is none of"),
    "has": Text("包括", "includes"),
    "has_not": Text("不包括", "does not include"),
    "contains": Text("含有", "contains"),
    "less": Text("小于", "is less than"),
    "at_most": Text("不超过", "is at most"),
    "more": Text("大于", "is more than"),
    "at_least": Text("不少于", "is at least"),
    "empty": Text("没有填", "is empty"),
    "filled": Text("已填", "is filled in"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A declared name: its kind, what it is called, and for choices the codes that exist."""

    kind: Kind
    label: Text = field(default_factory=lambda: Text(""))
    options: Mapping[str, Text] | None = None


Vocabulary = Mapping[str, Name]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake and where it stands, e.g. `when.all[1].value`."""

    path: str
    message: Text

    def __str__(self) -> str:
        return f"{self.path}: {self.message.en}"


class ConditionError(ValueError):
    """A condition that cannot be accepted; `problems` has every mistake in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class Test:
    field: str
    op: str
    kind: Kind
    value: Any = None

    __test__ = False


Condition = All | Any_ | Not | Test


def parse(raw: object, vocabulary: Vocabulary, path: str = "when") -> Condition:
    """The condition that `raw` (plain YAML or JSON) states. Raises ConditionError with every mistake."""
    problems: list[Problem] = []
    condition = _parse(raw, vocabulary, path, 1, problems)
    if problems or condition is None:
        raise ConditionError(problems)
    return condition


def check(raw: object, vocabulary: Vocabulary, path: str = "when") -> list[Problem]:
    """Every mistake in `raw`; none when it can be parsed."""
    try:
        parse(raw, vocabulary, path)
    except ConditionError as error:
        return list(error.problems)
    return []


def evaluate(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether the condition holds for these values.

    A missing or empty value satisfies only `empty`, `is_not`, `not_in` and `has_not`. A value of another kind
    than declared counts as missing.
    """
    match condition:
        case All(parts):
            return all(evaluate(part, values) for part in parts)
        case Any_(parts):
            return any(evaluate(part, values) for part in parts)
        case Not(part):
            return not evaluate(part, values)
        case Test():
            return _holds(condition, _typed(condition.kind, values.get(condition.field)))


def names(condition: Condition) -> set[str]:
    """The names a condition asks for."""
    return {test.field for test in _tests(condition)}


def sentence(condition: Condition, vocabulary: Vocabulary) -> Text:
    """The condition in words, for the page that explains a rule."""
    match condition:
        case All(parts):
            return _joined(parts, vocabulary, Text(" 并且 ", " and "))
        case Any_(parts):
            return _joined(parts, vocabulary, Text(" 或者 ", " or "))
        case Not(part):
            return Text("并非（{c}）", "not ({c})").format(c=sentence(part, vocabulary))
        case Test():
            return _test_sentence(condition, vocabulary)


def _parse(
    raw: object, vocabulary: Vocabulary, path: str, depth: int, problems: list[Problem]
) -> Condition | None:
    if not isinstance(raw, Mapping):
        problems.append(Problem(path, Text("这里应写一个条件", "a condition is expected here")))
        return None
    keys = set(raw)
    if keys == {"all"} or keys == {"any"} or keys == {"not"}:
        if depth > MAX_DEPTH:
            message = Text("条件最多 {n} 层", "conditions nest at most {n} levels").format(n=MAX_DEPTH)
            problems.append(Problem(path, message))
            return None
        (word,) = keys
        return _parse_group(str(word), raw[word], vocabulary, f"{path}.{word}", depth, problems)
    if "field" in keys:
        return _parse_test(raw, vocabulary, path, problems)
    message = Text("条件只能是 all、any、not 或 field", "a condition is one of all, any, not, field")
    problems.append(Problem(path, message))
    return None


def _parse_group(
    word: str, raw: object, vocabulary: Vocabulary, path: str, depth: int, problems: list[Problem]
) -> Condition | None:
    if word == "not":
        part = _parse(raw, vocabulary, path, depth + 1, problems)
        return Not(part) if part else None
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MAX_PARTS:
        message = Text("应是 1 到 {n} 个条件的列表", "a list of 1 to {n} conditions is expected")
        problems.append(Problem(path, message.format(n=MAX_PARTS)))
        return None
    parts = [
        _parse(part, vocabulary, f"{path}[{index}]", depth + 1, problems) for index, part in enumerate(raw)
    ]
    kept = tuple(part for part in parts if part is not None)
    return All(kept) if word == "all" else Any_(kept)


def _parse_test(
    raw: Mapping[Any, Any], vocabulary: Vocabulary, path: str, problems: list[Problem]
) -> Condition | None:
    before = len(problems)
    extra = sorted(map(str, set(raw) - {"field", "op", "value"}))
    problems.extend(Problem(f"{path}.{key}", Text("未知的键", "unknown key")) for key in extra)
    name, op = raw["field"], raw.get("op")
    declared = vocabulary.get(name) if isinstance(name, str) else None
    if declared is None:
        message = Text("没有名为 {n} 的字段", "there is no field {n}").format(n=repr(name))
        problems.append(Problem(f"{path}.field", message))
        return None
    if not isinstance(op, str) or op not in _OPERATORS[declared.kind]:
        allowed = ", ".join(sorted(_OPERATORS[declared.kind]))
        message = Text("{n} 可用的比较：{a}", "{n} can be compared by: {a}").format(n=name, a=allowed)
        problems.append(Problem(f"{path}.op", message))
        return None
    value = _parse_value(raw, op, declared, path, problems)
    return Test(name, op, declared.kind, value) if len(problems) == before else None


def _parse_value(raw: Mapping[Any, Any], op: str, declared: Name, path: str, problems: list[Problem]) -> Any:
    path = f"{path}.value"
    if op in _WITHOUT_VALUE:
        if "value" in raw:
            problems.append(Problem(path, Text("这个比较不带值", "this comparison takes no value")))
        return None
    if "value" not in raw:
        problems.append(Problem(path, Text("缺少要比较的值", "the value to compare with is missing")))
        return None
    value = raw["value"]
    if op in _WITH_LIST:
        if not isinstance(value, list | tuple) or not value:
            problems.append(Problem(path, Text("应是值的列表", "a list of values is expected")))
            return None
        return tuple(
            _one_value(item, declared, f"{path}[{index}]", problems) for index, item in enumerate(value)
        )
    return _one_value(value, declared, path, problems)


def _one_value(value: object, declared: Name, path: str, problems: list[Problem]) -> Any:
    if declared.kind in ("choice", "choices"):
        typed = value if isinstance(value, str) else None
        if typed is not None and declared.options is not None and typed not in declared.options:
            message = Text("没有选项 {v}", "there is no option {v}").format(v=typed)
            problems.append(Problem(path, message))
            return None
    else:
        typed = _typed(declared.kind, value)
    if typed is None:
        message = Text("{v} 不是{k}类的值", "{v} is not a value of kind {k}")
        problems.append(Problem(path, message.format(v=repr(value), k=declared.kind)))
    return typed


def _typed(kind: Kind, value: object) -> Any:
    """The value as its kind compares it, or None when it is empty or of another kind."""
    match kind:
        case "text" | "choice":
            return value if isinstance(value, str) and value.strip() else None
        case "choices":
            listed = value if isinstance(value, list | tuple | set | frozenset) else ()
            return frozenset(item for item in listed if isinstance(item, str)) or None
        case "boolean":
            return value if isinstance(value, bool) else None
        case "number":
            return _number(value)
        case "date":
            return _date(value)
        case "moment":
            return _moment(value)


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _date(value: object) -> date | None:
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _holds(test: Test, value: Any) -> bool:
    match test.op:
        case "empty":
            return value is None
        case "filled":
            return value is not None
        case "is":
            return bool(value is not None and value == test.value)
        case "is_not":
            return bool(value is None or value != test.value)
        case "in":
            return value is not None and value in test.value
        case "not_in":
            return value is None or value not in test.value
        case "has":
            return value is not None and test.value in value
        case "has_not":
            return value is None or test.value not in value
        case "contains":
            return value is not None and test.value in value
    if value is None:
        return False
    match test.op:
        case "less":
            return bool(value < test.value)
        case "at_most":
            return bool(value <= test.value)
        case "more":
            return bool(value > test.value)
        case _:
            return bool(value >= test.value)


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case All(parts) | Any_(parts):
            for part in parts:
                yield from _tests(part)
        case Not(part):
            yield from _tests(part)
        case Test():
            yield condition


def _joined(parts: tuple[Condition, ...], vocabulary: Vocabulary, word: Text) -> Text:
    texts = []
    for part in parts:
        text = sentence(part, vocabulary)
        nested = isinstance(part, All | Any_) and len(parts) > 1
        texts.append(Text("（{t}）", "({t})").format(t=text) if nested else text)
    return Text(word.zh.join(text.zh for text in texts), word.en.join(text.en for text in texts))


def _test_sentence(test: Test, vocabulary: Vocabulary) -> Text:
    declared = vocabulary.get(test.field, Name(test.kind))
    label = declared.label or Text(test.field, test.field)
    words = _WORDS[test.op]
    if test.op in _WITHOUT_VALUE:
        return Text("{f}{w}", "{f} {w}").format(f=label, w=words)
    values = test.value if test.op in _WITH_LIST else (test.value,)
    shown = [_value_text(value, declared) for value in values]
    listed = Text("、".join(text.zh for text in shown), ", ".join(text.in_language("en") for text in shown))
    return Text("{f}{w}{v}", "{f} {w} {v}").format(f=label, w=words, v=listed)


def _value_text(value: Any, declared: Name) -> Text:
    if declared.options and value in declared.options:
        return declared.options[value]
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return Text(str(value), str(value))
