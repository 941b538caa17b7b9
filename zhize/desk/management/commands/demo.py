"""`zhize demo`: make the demonstration department; `zhize demo --logins`: say who can sign in."""

from __future__ import annotations

import argparse
import time
import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from zhize.desk.demo.services import making, stage
from zhize.desk.demo.services.year import CASES
from zhize.kernel.packs import loader


class Command(BaseCommand):
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _("建立演示部门（只能在空的系统里），或列出演示登录名。")
        parser.add_argument(
            "--logins",
            action=argparse.BooleanOptionalAction,
            help=_("只列出演示登录名和密码；--no-logins 只建立，不列出"),
        )
        parser.add_argument("--cases", type=int, default=CASES, help=_("一年里的工单数"))
        parser.add_argument("--pack", help=_("取哪个行业包的演示数据；默认为配置的包"))

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["pack"] or settings.CONFIG.pack
        try:
            pack = loader.load(loader.find(name))
        except LookupError:
            raise CommandError(_("没有找到包“{name}”。").format(name=name), returncode=2) from None
        if not pack.items("demo_units"):
            raise CommandError(_("包“{name}”没有演示数据。").format(name=pack.code), returncode=2)
        if not options["logins"]:
            begun = time.monotonic()
            making.make(pack=pack, cases=options["cases"], say=self.stdout.write)
            self.stdout.write(_("用时 {n} 秒").format(n=round(time.monotonic() - begun)))
        if options["logins"] is not False:
            self._logins(pack)

    def _logins(self, pack: loader.Pack) -> None:
        if not stage.is_made(pack):
            return
        shown = stage.logins(pack)
        width = max(len(login) for login, _name, _position in shown)
        position = None
        for login, name, held in shown:
            # Two who hold the same position stand together: they are who signs a handover to each other.
            said = "" if held == position else f"{held.zh} {held.en}"
            self.stdout.write(f"  {login:{width}}  {_padded(f'{name.zh} {name.en}')}{said}".rstrip())
            position = held
        self.stdout.write(_("  他们的密码都是：{password}").format(password=stage.PASSWORD))


def _padded(text: str, width: int = 22) -> str:
    """The text with blanks up to a column; a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
    return text + " " * max(width - taken, 2)
