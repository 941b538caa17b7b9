"""`zhize pack new|check|plan|apply|export|schema|list`: the pack author's compiler and the operator's tool."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import commands, exporting, loader, sections, services, writing
from zhize.kernel.packs.applying import Change
from zhize.kernel.packs.models import PackRelease
from zhize.kernel.packs.problems import PackRefused

MISTAKES = 1
"""Exit code when the pack has mistakes or may not be applied; 2 is wrong usage."""


class Command(BaseCommand):
    requires_system_checks = ()  # a pack author needs no working routes

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _("检查、预览、应用行业包。")
        verbs = parser.add_subparsers(dest="verb", required=True)
        for name, text in (
            ("check", _("报告所有错误")),
            ("plan", _("显示应用后的差别")),
            ("apply", _("应用")),
        ):
            verb = verbs.add_parser(name, help=text)
            if name == "check":
                verb.add_argument("packs", nargs="+", help=_("包的目录或随产品提供的包名"))
            else:
                verb.add_argument("pack", help=_("包的目录或随产品提供的包名"))
                verb.add_argument("--unit", help=_("机构编码：岗位等写入这个单位"))
        new = verbs.add_parser("new", help=_("建立一个新包，带讲解"))
        new.add_argument("name", help=_("包名：小写字母、数字和连字符"))
        new.add_argument("folder", type=Path, help=_("在哪个目录里建立"))
        export = verbs.add_parser("export", help=_("把现行的岗位、职责和制度写成包"))
        export.add_argument("what", help=_("机构编码（连同本单位的改动）或已应用的包名"))
        export.add_argument("--out", type=Path, required=True, help=_("写入这个空目录"))
        schema = verbs.add_parser("schema", help=_("输出各部分的 JSON Schema"))
        schema.add_argument("section", nargs="?")
        schema.add_argument("--out", type=Path, help=_("写入目录，每部分一个文件"))
        verbs.add_parser("list", help=_("列出随产品提供的和已应用的包"))
        for further in commands.every():
            further.arguments(verbs.add_parser(further.name, help=str(further.help)))

    def handle(self, *args: Any, **options: Any) -> None:
        further = commands.get(options["verb"])
        if further is not None:
            further.run(self, options)
        else:
            getattr(self, f"_{options['verb']}")(options)

    def _check(self, options: dict[str, Any]) -> None:
        mistakes = 0
        for name in options["packs"]:
            pack = loader.load(self._root(name))
            for problem in pack.problems:
                self.stderr.write(str(problem))
            mistakes += len(pack.problems)
            if not pack.problems:
                counts = {name: len(entries) for name, entries in sorted(pack.entries.items())}
                listed = ", ".join(f"{name} {count}" for name, count in counts.items())
                self.stdout.write(f"{pack.code}: {listed}")
        if mistakes:
            self.stderr.write(_("{count} 处错误。").format(count=mistakes))
            sys.exit(MISTAKES)

    def _plan(self, options: dict[str, Any]) -> None:
        actor = access.system("packs.apply", channel="cli")
        root, unit = self._root(options["pack"]), self._unit(options["unit"])
        changes = self._or_exit(lambda: services.plan(root=root, actor=actor, unit=unit))
        self._print(changes)
        if any(change.kind == "refuse" for change in changes):
            sys.exit(MISTAKES)

    def _apply(self, options: dict[str, Any]) -> None:
        actor = access.system("packs.apply", channel="cli")
        root, unit = self._root(options["pack"]), self._unit(options["unit"])
        release, changes = self._or_exit(lambda: services.apply(root=root, actor=actor, unit=unit))
        self._print(changes)
        self.stdout.write(str(release))

    def _new(self, options: dict[str, Any]) -> None:
        root = self._or_wrong(lambda: writing.start(options["name"], options["folder"]))
        self.stdout.write(_("已建立 {path}。下一步：zhize pack check {path}").format(path=root))

    def _export(self, options: dict[str, Any]) -> None:
        actor = access.system("packs.apply", channel="cli")
        unit, out = Unit.objects.filter(code=options["what"]).first(), options["out"]
        if unit is not None:
            exported = self._or_wrong(lambda: exporting.export_unit(actor=actor, unit=unit, out=out))
        else:
            exported = self._or_wrong(
                lambda: exporting.export_pack(actor=actor, code=options["what"], out=out)
            )
        for line in exported.left_out:
            self.stderr.write(line)
        self._check({"packs": [str(out)]})

    def _schema(self, options: dict[str, Any]) -> None:
        wanted = [options["section"], "pack"] if options["section"] else None
        if options["section"]:
            sections.get(options["section"])
        if options["out"] is not None:
            writing.write_schemas(options["out"], wanted)
            return
        found = {
            name: schema for name, schema in writing.schemas().items() if wanted is None or name in wanted
        }
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))

    def _list(self, options: dict[str, Any]) -> None:
        applied = {release.pack: str(release) for release in PackRelease.objects.filter(current=True)}
        for name in sorted({*loader.shipped(), *applied}):
            self.stdout.write(f"{name:30} {applied.get(name, '—')}")

    def _or_exit(self, act: Any) -> Any:
        try:
            return act()
        except PackRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            sys.exit(MISTAKES)

    def _or_wrong(self, act: Any) -> Any:
        try:
            return act()
        except Invalid as invalid:
            said = "；".join(str(text) for texts in invalid.errors.values() for text in texts)
            raise CommandError(said, returncode=2) from None

    def _print(self, changes: Iterable[Change]) -> None:
        lines = [str(change) for change in changes]
        self.stdout.write("\n".join(lines) if lines else _("没有差别。"))

    def _root(self, name: str) -> Path:
        try:
            return loader.find(name)
        except LookupError:
            raise CommandError(_("没有找到包“{name}”。").format(name=name), returncode=2) from None

    def _unit(self, code: str | None) -> Unit | None:
        if code is None:
            return None
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            raise CommandError(_("没有机构编码为“{code}”的单位。").format(code=code), returncode=2)
        return unit
