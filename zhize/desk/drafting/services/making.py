"""Making, renaming and deleting drafts."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from zhize.desk.drafting import packing, storing
from zhize.desk.drafting.capabilities import WORK
from zhize.desk.drafting.models import DraftLine, DraftPosition, JobDraft
from zhize.kernel import access, history
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, atomic, guarded_update, one_at_a_time
from zhize.kernel.documents import papers
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import loader
from zhize.kernel.packs.models import PackRelease
from zhize.lib import clock, jobtext

MOST_LINES = 3000
_CODE = re.compile(r"[a-z][a-z0-9-]*")


@atomic
def make(
    *, actor: Actor, unit: Unit, text: str = "", content: bytes = b"", file_name: str = "", name: str = ""
) -> JobDraft:
    """Read a job description, pasted (`text`) or as a file (`content`), into a draft for a unit.

    Raises UnreadablePaper for a file without text, Invalid when no clause is found or there are too many, Refused.
    """
    access.require(actor, WORK, unit)
    if content:
        words, field = papers.read_paper(content, file_name), "file"
    else:
        words, field = papers.tidy_lines(text), "text"
        if len(words) > papers.MOST_CHARACTERS:
            raise Invalid({field: _("文字太多，请分成几份。")})
    reading = jobtext.read(words, name=file_name)
    count = sum(max(len(clause.duties), 1) for each in reading.positions for clause in each.clauses)
    if not count:
        raise Invalid({field: _("没有读出条款。请检查是不是岗位说明书，每条职责占一行或有编号。")})
    if count > MOST_LINES or not packing.fits(reading):
        raise Invalid({field: _("条款太多（{n} 条），请按岗位分成几份。").format(n=count)})
    # Two papers of one name want the same code.
    one_at_a_time("drafting.code")
    called = (name.strip() or file_name.rpartition(".")[0] or _first_name(reading) or str(_("岗位说明书")))[
        :60
    ]
    now = clock.now()
    draft = JobDraft.objects.create(
        unit=unit,
        author_id=actor.person_id,
        name=called,
        code=_free(packing.code_from(file_name or called, f"{unit.pk} {words}")),
        file_name=file_name[:200],
        text=words,
        traditional=reading.traditional,
        lines=storing.of_lines(reading),
        made_at=now,
        updated_at=now,
    )
    _write(draft, reading)
    history.record(actor=actor, verb="jobdraft.made", subject=draft, unit=unit, data={"lines": count})
    return draft


def _write(draft: JobDraft, reading: jobtext.Draft) -> None:
    filled = [position for position in reading.positions if position.clauses]
    rows = [
        storing.position_row(draft, at, position, str(_("未命名岗位 {n}").format(n=at)))
        for at, position in enumerate(filled, 1)
    ]
    DraftPosition.objects.bulk_create(rows)
    DraftLine.objects.bulk_create(
        line
        for row, position in zip(rows, filled, strict=True)
        for at, clause in enumerate(position.clauses, 1)
        for line in storing.line_rows(row, at, clause)
    )


def _first_name(reading: jobtext.Draft) -> str:
    return next((position.name for position in reading.positions if position.name), "")


def _free(code: str) -> str:
    """The code, or the code with a number where it is taken."""
    candidate, number = code, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{code[: packing.CODE - 4]}-{number}"
    return candidate


def is_taken(code: str, *, but: JobDraft | None = None) -> bool:
    """Whether another draft, an applied pack or one that comes with the product has this code."""
    others = JobDraft.objects.filter(code=code).exclude(pk=but.pk if but is not None else 0)
    return code in loader.shipped() or others.exists() or PackRelease.objects.filter(pack=code).exists()


def check_open(draft: JobDraft) -> None:
    """Invalid when the draft was applied: what was set up is changed where it stands now."""
    if draft.applied_at is not None:
        raise Invalid({"": _("这份草稿已经建成岗位，请到岗位和职责库里修改。")})


@atomic
def rename(*, actor: Actor, draft: JobDraft, name: str, code: str) -> JobDraft:
    """Give the draft another name and its pack another code. Raises Invalid, Refused."""
    access.require(actor, WORK, draft)
    check_open(draft)
    errors: dict[str, object] = {}
    if not name.strip():
        errors["name"] = _("请填写名称。")
    if not _CODE.fullmatch(code) or len(code) > packing.CODE:
        errors["code"] = _("包的代码只用小写字母、数字和连字符，最多 {n} 个。").format(n=packing.CODE)
    elif is_taken(code, but=draft):
        errors["code"] = _("这个代码已经有了。")
    if errors:
        raise Invalid(errors)
    with history.change(draft, actor=actor, verb="jobdraft.renamed"):
        guarded_update(
            draft, expect={"applied_at": None}, name=name.strip()[:60], code=code, updated_at=clock.now()
        )
    return draft


@atomic
def delete(*, actor: Actor, draft: JobDraft) -> None:
    """Throw a draft away. One that was applied stays as the record of where its positions come from. Raises Invalid."""
    access.require(actor, WORK, draft)
    check_open(draft)
    history.record(actor=actor, verb="jobdraft.deleted", subject=draft, unit=draft.unit)
    JobDraft.objects.filter(pk=draft.pk).delete()
