"""`zhize search reindex|stats`: make the search index anew."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils.translation import gettext as _

from zhize.kernel.search import indexing, providers
from zhize.kernel.search.models import SearchDoc


class Command(BaseCommand):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.description = _("重建或查看搜索索引。")
        verbs = parser.add_subparsers(dest="verb", required=True)
        reindex = verbs.add_parser("reindex", help=_("重建；可只重建指定的种类，如 cases.case"))
        reindex.add_argument("types", nargs="*")
        verbs.add_parser("stats", help=_("各种类的数量"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "stats":
            for row in (
                SearchDoc.objects.values("subject_type").annotate(count=Count("pk")).order_by("subject_type")
            ):
                self.stdout.write(f"{row['subject_type']:40} {row['count']:10}")
            return
        known = {source.label for source in providers.providers()}
        unknown = sorted(set(options["types"]) - known)
        if unknown:
            text = _("没有可搜索的种类 {names}。现有：{known}")
            raise CommandError(
                text.format(names="、".join(unknown), known="、".join(sorted(known))), returncode=2
            )
        for source in providers.providers(options["types"] or None):
            self.stdout.write(f"{source.label:40} {indexing.reindex(source):10}")
