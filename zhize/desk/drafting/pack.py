"""`zhize pack draft FILE`: a job description in, the directory of a draft pack out."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhize.desk.drafting import packing
from zhize.kernel import packs
from zhize.kernel.documents import papers
from zhize.lib import jobtext

CODE = re.compile(r"[a-z][a-z0-9-]*")
USAGE = 2
"""Exit code of wrong usage; 1 is a document nothing could be made of."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=_("岗位说明书：txt、docx 或 pdf"))
    parser.add_argument("--out", type=Path, help=_("写入这个目录（默认为当前目录下以包名命名的目录）"))
    parser.add_argument("--name", help=_("包的代码（小写字母、数字、连字符）"))
    parser.add_argument("--json", action="store_true", help=_("以 JSON 输出读到的内容"))


def run(command: BaseCommand, options: dict[str, Any]) -> None:
    """Write the draft and say what was read. Exit code 1 when the document has no text or no position."""
    file: Path = options["file"]
    text = _text(file)
    draft = jobtext.read(text, name=file.name)
    if not draft.positions:
        raise CommandError(_("没有读出岗位或条款。"))
    if not packing.fits(draft):
        count = max(len(position.clauses) for position in draft.positions)
        raise CommandError(_("条款太多（{n} 条），请按岗位分成几份。").format(n=count))
    code = options["name"] or packing.code_from(file.name, text)
    if not CODE.fullmatch(code) or len(code) > packing.CODE:
        raise CommandError(
            _("包的代码只用小写字母、数字和连字符，最多 {n} 个。").format(n=packing.CODE), returncode=USAGE
        )
    made = packing.make(draft, code=code, label=file.stem)
    folder: Path = options["out"] or Path(code)
    try:
        packing.write(made, folder)
    except FileExistsError:
        raise CommandError(_("目录 {name} 里已有文件。").format(name=folder), returncode=USAGE) from None
    if options["json"]:
        command.stdout.write(json.dumps(_as_data(draft, made, folder), ensure_ascii=False, indent=2))
    else:
        command.stdout.write("\n".join(_summary(draft, made, folder)))


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError:
        raise CommandError(_("读不了文件 {name}。").format(name=file), returncode=USAGE) from None
    try:
        return papers.read_paper(content, file.name)
    except papers.UnreadablePaper as refused:
        raise CommandError(f"{file}: {refused}") from None


def _summary(draft: jobtext.Draft, made: packing.Made, folder: Path) -> list[str]:
    counts, language = made.counts, get_language() or "zh-hans"
    lines = [
        f"{folder}: "
        + _(
            "{positions} 个岗位，{clauses} 条；定期 {recurring}、触发 {triggered}、常设 {standing}；表单 {forms}；不确定 {doubts}"
        ).format(**{name: counts[name] for name in COUNTED})
    ]
    for position, code in zip(draft.positions, made.positions, strict=True):
        clauses = _("{n} 条").format(n=len(position.clauses))
        lines.append(f"  {code}  {position.name or '—'}  {clauses}")
    told = lines + [
        f"  ? {clause.first_line}: {position.name} {clause.number} {doubt.text.in_language(language)}"
        for position in draft.positions
        for clause in position.clauses
        for doubt in (*clause.doubts, *(each for duty in clause.duties for each in duty.doubts))
    ]
    # A path of this kind is read again by a shell.
    return [*told, _("检查草稿：{command}").format(command=f"zhize pack check {shlex.quote(str(folder))}")]


COUNTED = ("positions", "clauses", "recurring", "triggered", "standing", "forms", "doubts")


def _as_data(draft: jobtext.Draft, made: packing.Made, folder: Path) -> dict[str, Any]:
    return {
        "code": made.code,
        "folder": str(folder),
        "counts": {name: made.counts[name] for name in COUNTED},
        "positions": [
            {"code": code, **asdict(position)}
            for position, code in zip(draft.positions, made.positions, strict=True)
        ],
    }


packs.command("draft", help=gettext_lazy("从岗位说明书起草一个包"), arguments=arguments, run=run)
