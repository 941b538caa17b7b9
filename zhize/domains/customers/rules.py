"""Rules of the customer archive that need no database: what follows from given values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

Asks = Literal["premises", "licence", "phone", "id_number", "contact"]
_ASKED = {
    "premises": ("premises", _("这一类客户要登记房产。")),
    "licence": ("licence_no", _("这一类客户要登记营业执照号。")),
    "phone": ("phones", _("这一类客户要登记电话。")),
    "id_number": ("id_number", _("这一类客户要登记证件号码。")),
    "contact": ("contact_name", _("这一类客户要登记联系人。")),
}


@dataclass(frozen=True)
class Given:
    """What was said about a customer, as far as a kind may ask for it."""

    premises: bool = False
    licence: bool = False
    phone: bool = False
    id_number: bool = False
    contact: bool = False


def missing(asks: Iterable[str], given: Given) -> dict[str, list[Any]]:
    """What a kind of customer asks for and was not given, by input field (CUS-02)."""
    return {_ASKED[ask][0]: [_ASKED[ask][1]] for ask in asks if not getattr(given, ask)}


@dataclass(frozen=True)
class Authority:
    """A contact's role as the signing rule sees it."""

    purpose: str
    may_sign: bool
    from_on: date
    to_on: date | None = None


def authority_to_sign(roles: Sequence[Authority], purpose: str, on: date) -> Authority | None:
    """The role by which a contact may sign for `purpose` on this day, or None (CUS-04)."""
    for role in roles:
        in_force = role.from_on <= on and (role.to_on is None or role.to_on >= on)
        if role.purpose == purpose and role.may_sign and in_force:
            return role
    return None


def in_quiet_hours(start: time | None, end: time | None, at: datetime, zone: str) -> bool:
    """Whether the customer does not want to be called at `at` (aware). The hours may pass midnight (21:00–08:00)."""
    if start is None or end is None or start == end:
        return False
    local = at.astimezone(ZoneInfo(zone)).time()
    if start < end:
        return start <= local < end
    return local >= start or local < end


def next_visit(graded_on: date, every_days: int | None, after: date) -> date | None:
    """The first visit day after `after` in a rhythm of `every_days` counted from the grading (CUS-08)."""
    if every_days is None:
        return None
    passed = max(0, (after - graded_on).days) // every_days
    return graded_on + timedelta(days=(passed + 1) * every_days)


@dataclass(frozen=True)
class MeasureInput:
    """One measure for a watched customer: what, until when."""

    text: str
    due_on: date


def watch_problems(
    *, reason: str, measures: Sequence[MeasureInput], started_on: date, review_on: date | None
) -> dict[str, list[Any]]:
    """What is missing before a customer may go on the watch list (CUS-15: a measure and a date)."""
    problems: dict[str, list[Any]] = {}
    if not reason.strip():
        problems["reason"] = [_("请写明关注原因。")]
    if not measures or any(not measure.text.strip() for measure in measures):
        problems["measures"] = [_("请至少写一项措施。")]
    elif any(measure.due_on < started_on for measure in measures):
        problems["measures"] = [_("措施的完成期限不能早于列入日期。")]
    if review_on is None:
        problems["review_on"] = [_("请定复核日期。")]
    elif review_on <= started_on:
        problems["review_on"] = [_("复核日期要晚于列入日期。")]
    return problems


# What a merge can carry from the losing entry, and what counts as having none of it.
MERGEABLE = (
    "name", "gender", "language", "kind_code", "grade_code", "credit_grade", "vip", "keeper_id", "preferred_channel",
    "external_ref",
)  # fmt: skip


def merged_values(
    winner: Mapping[str, Any], loser: Mapping[str, Any], keep_from_loser: Iterable[str]
) -> dict[str, list[Any]]:
    """Columns of the winner that a merge changes, each with its value before and after.

    A value the winner lacks is taken from the loser; where both have one, the winner's stays unless the column
    is named in `keep_from_loser`. Important once, important still: `vip` is true when either was.
    """
    chosen = set(keep_from_loser)
    changed: dict[str, list[Any]] = {}
    for name in MERGEABLE:
        mine, theirs = winner.get(name), loser.get(name)
        empty = mine in (None, "", False)
        if theirs not in (None, "", False) and theirs != mine and (empty or name in chosen):
            changed[name] = [mine, theirs]
    tags = [
        *winner.get("tags", []),
        *(tag for tag in loser.get("tags", []) if tag not in winner.get("tags", [])),
    ]
    if tags != list(winner.get("tags", [])):
        changed["tags"] = [list(winner.get("tags", [])), tags]
    answers = {**loser.get("answers", {}), **winner.get("answers", {})}
    if answers != winner.get("answers", {}):
        changed["answers"] = [winner.get("answers", {}), answers]
    return changed


def folded_name(name: str) -> str:
    """A name as duplicates are compared by: Simplified, without spaces, dots and case."""
    from zhize.lib.text import fold_script

    return "".join(ch for ch in fold_script(name).casefold() if ch.isalnum())


_TITLES = ("先生", "女士", "小姐", "太太", "阿姨", "叔叔", "师傅", "老师", "总", "经理", "mr", "mrs", "ms")


def names_agree(known: str, said: str) -> bool:
    """Whether two names may be one person's: equal, or the surname with a title (张先生 for 张建国)."""
    mine, theirs = folded_name(known), folded_name(said)
    if not mine or not theirs:
        return False
    return mine == theirs or _titled(theirs, mine) or _titled(mine, theirs)


def _titled(short: str, full: str) -> bool:
    for title in _TITLES:
        surname = short.removesuffix(title)
        if surname != short and surname and len(surname) <= 2 and full.startswith(surname):
            return True
    return False
