"""`zhize files check|sweep|stats`: is every stored content still what it was?"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from zhize.kernel.files import keeping
from zhize.kernel.files.models import Blob


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _("检查、清理附件库。")
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help=_("逐个读取并核对；有缺失或损坏时退出码为 1"))
        verbs.add_parser("sweep", help=_("清理无人引用的内容"))
        verbs.add_parser("stats", help=_("数量和大小"))

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")()

    def _check(self) -> None:
        serious = 0
        for fault in keeping.check():
            serious += fault.kind != "stray"
            self.stdout.write(f"{fault.kind} {fault.sha256} {fault.detail}")
        self.stdout.write(_("{count} 个内容有问题。").format(count=serious) if serious else _("全部完好。"))
        if serious:
            sys.exit(1)

    def _sweep(self) -> None:
        self.stdout.write(_("清理了 {count} 个内容。").format(count=keeping.sweep(limit=100_000)))

    def _stats(self) -> None:
        for row in (
            Blob.objects.values("media_type").annotate(count=Count("pk"), size=Sum("size")).order_by("-size")
        ):
            self.stdout.write(
                f"{row['media_type'] or '?':60} {row['count']:8} {row['size'] / 1024 / 1024:10.1f} MB"
            )
