"""One answer, from whatever a page, an API, a sheet or a mail gives to the JSON value that is kept."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext_lazy as _

from zhize.kernel.files import handles
from zhize.kernel.forms.specs import FieldSpec
from zhize.lib import clock, digits, idnumbers, phones

SHORT, LONG = 200, 5000
MOST_FILES = 10

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r"(\d{1,2})\s*[::时点]\s*(\d{1,2})?\s*分?(?:[::]\s*(\d{1,2}))?")
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,5}[A-Z0-9\u6302\u5b66\u8b66\u6e2f\u6fb3]")
_YES = frozenset({"true", "1", "yes", "y", "on", "是", "有", "对"})
_NO = frozenset({"false", "0", "no", "n", "off", "否", "无", "没有", "不"})


class Wrong(Exception):
    """The value is not one for this field; `message` says why."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(str(message))


def is_empty(raw: Any) -> bool:
    return (
        raw is None
        or (isinstance(raw, str) and not raw.strip())
        or (isinstance(raw, (list, tuple, dict)) and not raw)
    )


def read(field: FieldSpec, raw: Any, *, zone: str = "", today: date | None = None) -> Any:
    """The JSON-safe value of a non-empty answer. Raises Wrong. `zone` is that of dates without one, by default the home zone."""
    value = _READERS[field.type](field, raw, zone)
    if field.when is not None:
        _check_when(field, value, zone, today)
    return value


def _text(field: FieldSpec, raw: Any, zone: str) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float, Decimal)):
        raise Wrong(_("请填写文字。"))
    text = str(raw).replace("\r\n", "\n").replace("\x00", "").strip()
    if field.type == "text":
        text = " ".join(text.split())
    most = field.max_length or (SHORT if field.type == "text" else LONG)
    if len(text) > most:
        raise Wrong(_("最多 {most} 个字，现在是 {length} 个。").format(most=most, length=len(text)))
    if field.min_length and len(text) < field.min_length:
        raise Wrong(_("至少 {least} 个字。").format(least=field.min_length))
    return _PATTERNS[field.pattern](text) if field.pattern else text


def _number(raw: Any) -> Decimal:
    number: Decimal | None = None
    if isinstance(raw, (int, float, Decimal)) and not isinstance(raw, bool):
        number = Decimal(str(raw))
    elif isinstance(raw, str):
        number = digits.decimal_of(raw)
    if number is None or not number.is_finite():
        raise Wrong(_("请填写数字。"))
    return number


def _bounded(field: FieldSpec, number: Decimal) -> Decimal:
    if field.min is not None and number < Decimal(str(field.min)):
        raise Wrong(_("不能小于 {bound}。").format(bound=field.min))
    if field.max is not None and number > Decimal(str(field.max)):
        raise Wrong(_("不能大于 {bound}。").format(bound=field.max))
    if abs(number) >= Decimal(10) ** 15:
        raise Wrong(_("数字太大。"))
    return number


def _integer(field: FieldSpec, raw: Any, zone: str) -> int:
    number = _bounded(field, _number(raw))
    if number != number.to_integral_value():
        raise Wrong(_("请填写整数。"))
    return int(number)


def _decimal(field: FieldSpec, raw: Any, zone: str) -> str:
    places = 2 if field.decimals is None else field.decimals
    number = _bounded(field, _number(raw))
    rounded = number.quantize(Decimal(1).scaleb(-places))
    if rounded != number:
        raise Wrong(_("最多 {places} 位小数。").format(places=places))
    return str(rounded)


def _money(field: FieldSpec, raw: Any, zone: str) -> str:
    if field.min is None and _number(raw) < 0:
        raise Wrong(_("金额不能是负数。"))
    return _decimal(field, raw, zone)


def read_day(raw: Any) -> date | None:
    """A day as people write it: 2026-03-02, 2026/3/2, 2026年3月2日, 20260302; None if it is none."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = digits.tidy(str(raw))
    if re.fullmatch(r"\d{8}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    match = _DAY.fullmatch(text) or re.fullmatch(_DAY.pattern + r"[T ]0?0:00(?::00)?", text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _day(field: FieldSpec, raw: Any, zone: str) -> str:
    day = read_day(raw)
    if day is None:
        raise Wrong(_("请填写日期，例如 2026-03-02。"))
    return day.isoformat()


def _read_time(text: str) -> time | None:
    match = _CLOCK.fullmatch(text.strip())
    try:
        return time(int(match[1]), int(match[2] or 0), int(match[3] or 0)) if match else None
    except ValueError:
        return None


def _time(field: FieldSpec, raw: Any, zone: str) -> str:
    moment = raw if isinstance(raw, time) else _read_time(digits.tidy(str(raw)))
    if moment is None:
        raise Wrong(_("请填写时间，例如 17:30。"))
    return moment.replace(tzinfo=None).isoformat("minutes")


def _moment(field: FieldSpec, raw: Any, zone: str) -> str:
    moment = raw if isinstance(raw, datetime) else _read_moment(digits.tidy(str(raw)))
    if moment is None:
        raise Wrong(_("请填写日期和时间，例如 2026-03-02 17:30。"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.zone(zone))
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:  # the first or last day of all time, seen from another zone
        raise Wrong(_("请填写日期和时间，例如 2026-03-02 17:30。")) from None


def _read_moment(text: str) -> datetime | None:
    if len(text) > len("2026-03-02"):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
    match = _DAY.match(text)
    day = read_day(match[0]) if match else None
    hour = _read_time(text[match.end() :].lstrip("T ")) if match else None
    return datetime.combine(day, hour) if day and hour else None


def _check_when(field: FieldSpec, value: str, zone: str, today: date | None) -> None:
    day = today or clock.today(zone)
    given = (
        date.fromisoformat(value)
        if field.type == "date"
        else datetime.fromisoformat(value).astimezone(clock.zone(zone)).date()
    )
    if field.when == "past" and given > day:
        raise Wrong(_("不能是以后的日期。"))
    if field.when == "future" and given < day:
        raise Wrong(_("不能是以前的日期。"))


def _choose(field: FieldSpec, raw: Any) -> str:
    """The code of a choice given by its code or by one of its labels (a sheet has labels)."""
    text = digits.tidy(str(raw))
    for choice in field.choices:
        if not choice.retired and text in {choice.code, choice.label.zh, choice.label.en}:
            return choice.code
    raise Wrong(_("没有“{value}”这个选项。").format(value=text[:40]))


def _choice(field: FieldSpec, raw: Any, zone: str) -> str:
    if isinstance(raw, (list, tuple)):
        if len(raw) != 1:
            raise Wrong(_("只能选一项。"))
        raw = raw[0]
    return _choose(field, raw)


def _several(raw: Any) -> list[Any]:
    if isinstance(raw, str):
        return [part for part in re.split(r"[,，、;；/\n]", raw) if part.strip()]
    return list(raw) if isinstance(raw, (list, tuple)) else [raw]


def _counted(field: FieldSpec, values: list[Any], most: int) -> list[Any]:
    if field.min is not None and len(values) < field.min:
        raise Wrong(_("至少 {least} 项。").format(least=field.min))
    limit = most if field.max is None else field.max
    if len(values) > limit:
        raise Wrong(_("最多 {most} 项。").format(most=limit))
    return values


def _multichoice(field: FieldSpec, raw: Any, zone: str) -> list[str]:
    chosen = {_choose(field, part) for part in _several(raw) if not is_empty(part)}
    return _counted(
        field, [choice.code for choice in field.choices if choice.code in chosen], len(field.choices)
    )


def _boolean(field: FieldSpec, raw: Any, zone: str) -> bool:
    word = str(raw).strip().lower()
    if word not in _YES | _NO:
        raise Wrong(_("请填“是”或“否”。"))
    return word in _YES


def _phone(field: FieldSpec, raw: Any, zone: str) -> str:
    phone = phones.reachable(str(raw))
    if phone is None:
        raise Wrong(_("这不像电话号码。"))
    return phone.number


def _identity(field: FieldSpec, raw: Any, zone: str) -> int:
    """The id of a row; whether it exists is looked up for all fields together."""
    if isinstance(raw, bool) or not re.fullmatch(r"\d{1,18}", str(raw).strip(), re.ASCII):
        raise Wrong(_("请从列表里选一个。"))
    return int(raw)


def _rating(field: FieldSpec, raw: Any, zone: str) -> int:
    bounds = field.model_copy(
        update={"min": 1 if field.min is None else field.min, "max": 5 if field.max is None else field.max}
    )
    return _integer(bounds, raw, zone)


def _one_file(raw: Any) -> dict[str, Any]:
    try:
        number, name = handles.read(str(raw))
    except handles.BadHandle:
        raise Wrong(_("文件没有上传成功，请再传一次。")) from None
    return {"blob": number, "name": name}


def _file(field: FieldSpec, raw: Any, zone: str) -> list[dict[str, Any]]:
    if not isinstance(raw, (str, list, tuple)):
        raise Wrong(_("文件没有上传成功，请再传一次。"))
    handles = raw.split(",") if isinstance(raw, str) else list(raw)
    return _counted(field, [_one_file(part) for part in handles if not is_empty(part)], MOST_FILES)


def _signature(field: FieldSpec, raw: Any, zone: str) -> dict[str, Any]:
    """A typed name, or a typed name with the handle of a drawn image."""
    given = dict(raw) if isinstance(raw, Mapping) else {"name": raw}
    name = digits.tidy_name(str(given.get("name") or ""))
    if not name or len(name) > 60 or set(given) - {"name", "image"}:
        raise Wrong(_("请写下签名人的姓名。"))
    signed: dict[str, Any] = {"name": name}
    if given.get("image"):
        signed["image"] = _one_file(given["image"])
    return signed


def _id_number(text: str) -> str:
    found = idnumbers.resident_id(text)
    if found is None:
        raise Wrong(_("身份证号码不对，请核对。"))
    return found.number


def _credit_code(text: str) -> str:
    code = idnumbers.credit_code(text)
    if code is None:
        raise Wrong(_("统一社会信用代码不对，请核对。"))
    return code


def _postcode(text: str) -> str:
    code = digits.half_width(text)
    if not re.fullmatch(r"\d{6}", code, re.ASCII):
        raise Wrong(_("邮政编码是六位数字。"))
    return code


def _plate(text: str) -> str:
    plate = re.sub(r"[\s·.-]", "", digits.half_width(text)).upper()
    if not _PLATE.fullmatch(plate):
        raise Wrong(_("车牌号不对，例如 粤B12345。"))
    return plate


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Wrong(_("邮箱地址不对。")) from None
    return text


def _url(text: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        raise Wrong(_("网址不对，要以 http:// 或 https:// 开头。")) from None
    return text


def _only_digits(text: str) -> str:
    number = digits.half_width(text)
    if not re.fullmatch(r"\d+", number, re.ASCII):
        raise Wrong(_("只能填数字。"))
    return number


_PATTERNS: dict[str, Callable[[str], str]] = {
    "id_number": _id_number,
    "credit_code": _credit_code,
    "postcode": _postcode,
    "plate": _plate,
    "email": _email,
    "url": _url,
    "digits": _only_digits,
}

_READERS: dict[str, Callable[[FieldSpec, Any, str], Any]] = {
    "text": _text,
    "paragraph": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "date": _day,
    "time": _time,
    "datetime": _moment,
    "choice": _choice,
    "multichoice": _multichoice,
    "boolean": _boolean,
    "phone": _phone,
    "person": _identity,
    "premises": _identity,
    "file": _file,
    "rating": _rating,
    "signature": _signature,
}
