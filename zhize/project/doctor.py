"""`zhize doctor`: look at an installation part by part and say what is wrong and what to do about it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from zhize.lib.text import Text
from zhize.project import config, database, manifest, postgres, postgres_binaries
from zhize.project.postgres import PostgresError

LEAST_FREE_MB = 500
# Of one kind of damage so many are listed; all are counted.
LISTED = 20
NOTHING = Text("")


@dataclass(frozen=True)
class Result:
    """One look. Without findings all is well; `fatal` parts must work, the others only want attention."""

    code: str
    title: Text
    findings: list[Text] = field(default_factory=list)
    remedy: Text = NOTHING
    fatal: bool = True

    @property
    def state(self) -> str:
        return "ok" if not self.findings else "fail" if self.fatal else "note"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="zhize doctor", description=__doc__)
    parser.add_argument(
        "--deep", action="store_true", help="read everything: every file, every row, the whole history"
    )
    parser.add_argument(
        "--backup", type=Path, metavar="FILE", help="compare the history with what this backup noted of it"
    )
    parser.add_argument("--json", action="store_true", help="for programs: one JSON document")
    parser.add_argument("--language", choices=["zh-hans", "zh-hant", "en"], help="default: ZHIZE_LANGUAGE")
    options = parser.parse_args(arguments)
    settings = config.read()
    language = options.language or settings.language
    results = []
    for result in examine(settings, deep=options.deep, known=options.backup):
        results.append(result)
        if not options.json:
            print("\n".join(_lines(result, language)), flush=True)  # noqa: T201
    failed = any(result.state == "fail" for result in results)
    if options.json:
        looks = [_plain(result, language) for result in results]
        said = {"sound": not failed, "deep": options.deep, "looks": looks}
        print(json.dumps(said, ensure_ascii=False, indent=1))  # noqa: T201
    return 1 if failed else 0


def _lines(result: Result, language: str) -> Iterator[str]:
    mark = {"ok": Text("完好", "ok  "), "note": Text("注意", "note"), "fail": Text("损坏", "FAIL")}[
        result.state
    ]
    yield f"{mark.in_language(language)}  {result.title.in_language(language)}"
    for finding in result.findings[:LISTED]:
        yield f"      - {finding.in_language(language)}"
    if len(result.findings) > LISTED:
        rest = Text("……另有 {count} 处", "… and {count} more").format(count=len(result.findings) - LISTED)
        yield f"      {rest.in_language(language)}"
    if result.findings and result.remedy:
        yield f"      → {result.remedy.in_language(language)}"


def _plain(result: Result, language: str) -> dict[str, object]:
    return {
        "code": result.code,
        "title": result.title.in_language(language),
        "state": result.state,
        "count": len(result.findings),
        "findings": [finding.in_language(language) for finding in result.findings],
        "remedy": result.remedy.in_language(language) if result.findings else "",
    }


def examine(settings: config.Config, *, deep: bool = False, known: Path | None = None) -> Iterator[Result]:
    """All parts, each after those it needs; stops early when the database does not answer."""
    yield from _around(settings)
    with ExitStack() as stack:
        title = Text("数据库", "database")
        try:
            stack.enter_context(database.available(settings))
        except (PostgresError, postgres_binaries.NoBinaries) as error:
            yield Result("database", title, [Text(str(error), str(error))])
            return
        import django

        django.setup()
        wrong = _connects()
        yield Result("database", title, wrong)
        if wrong:
            return
        wrong = _migrated()
        yield Result(
            "migrations", Text("表结构", "tables"), wrong, Text("运行 zhize migrate", "run zhize migrate")
        )
        if not wrong:
            yield from _product()
            yield from sound(deep=deep)
            if known is not None:
                yield _since(known)
        if settings.archive_dir and not settings.database_url:
            yield _archive(settings)


def sound(*, deep: bool = False) -> Iterator[Result]:
    """What the packages look for in their own rows (`<app>/soundness.py`). Django is set up, the database runs."""
    from zhize.kernel.db import looks

    for look in looks.declared(deep=deep):
        yield Result(look.code, look.title, list(look.find()), look.remedy, look.fatal)


def _around(settings: config.Config) -> Iterator[Result]:
    old = [] if sys.version_info >= (3, 11) else [_same(f"{sys.version.split()[0]} < 3.11")]
    yield Result("python", Text("Python", "Python"), old)
    yield Result("data_dir", Text("数据目录", "data folder"), _data_dir(settings.data_dir))
    icons = Path(__file__).resolve().parents[1] / "ui" / "static" / "vendor" / "icons.svg"
    yield Result(
        "assets",
        Text("前端文件", "front-end files"),
        [] if icons.exists() else [Text("缺少", "missing")],
        Text("运行 python3 scripts/bootstrap.py", "run python3 scripts/bootstrap.py"),
    )
    silent = Text(
        "ZHIZE_EMAIL_URL 未设置，邮件在队列里等待", "ZHIZE_EMAIL_URL is empty: mails wait in the queue"
    )
    yield Result("mail_out", Text("发信", "mail out"), [] if settings.email_url else [silent], fatal=False)
    deaf = Text("ZHIZE_IMAP_URL 未设置，不收邮件", "ZHIZE_IMAP_URL is empty: no intake by mail")
    yield Result("mail_in", Text("收信", "mail in"), [] if settings.imap_url else [deaf], fatal=False)
    known = settings.public_url or settings.host in {"127.0.0.1", "localhost", "::1"}
    hidden = Text(
        "ZHIZE_PUBLIC_URL 未设置，邮件里的链接客户打不开",
        "ZHIZE_PUBLIC_URL is empty: links in mails will not work for customers",
    )
    yield Result("public_url", Text("公开地址", "public address"), [] if known else [hidden], fatal=False)


def _data_dir(path: Path) -> list[Text]:
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK):
        return [
            Text(
                f"{path} 不能写入：设置 ZHIZE_DATA_DIR，或把目录交给当前用户",
                f"{path} cannot be written: set ZHIZE_DATA_DIR, or give this user the folder",
            )
        ]
    free = shutil.disk_usage(path).free // 2**20
    few = Text(f"{path} 只剩 {free} MiB", f"only {free} MiB are free in {path}")
    return [] if free >= LEAST_FREE_MB else [few]


def _connects() -> list[Text]:
    from django.db import Error, connection

    try:
        connection.ensure_connection()
        version = connection.cursor().connection.info.server_version
    except Error as error:
        return [Text(f"没有应答：{error}".strip(), f"does not answer: {error}".strip())]
    old = Text(
        f"PostgreSQL {version // 10000} 太旧，需要 15",
        f"PostgreSQL {version // 10000} is too old, 15 is needed",
    )
    return [] if version >= 150000 else [old]


def _migrated() -> list[Text]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return [Text(f"缺少 {missing} 个迁移", f"{missing} migrations are missing")] if missing else []


def _product() -> Iterator[Result]:
    from zhize.kernel.documents import fonts
    from zhize.kernel.jobs import selectors
    from zhize.kernel.packs.models import PackRelease

    printing = fonts.problem()
    yield Result(
        "fonts", Text("打印字体", "fonts for printing"), [_same(printing)] if printing else [], fatal=False
    )
    idle = Text("没有在运行：启动 zhize worker", "none is running: start zhize worker")
    yield Result(
        "worker", Text("后台进程", "worker"), [] if selectors.live_workers() else [idle], fatal=False
    )
    bare = Text("没有应用岗位包：运行 zhize pack apply", "none is applied: run zhize pack apply")
    yield Result("pack", Text("岗位包", "pack"), [] if PackRelease.objects.exists() else [bare], fatal=False)


def _since(known: Path) -> Result:
    """Whether the history still is the one that a backup noted: nobody can shorten a file he does not have."""
    from zhize.kernel.history.models import Link

    title = Text("与备份时的历史记录相比", "history since the backup")
    remedy = Text(
        "历史记录被改写或截短：与备份逐条比对", "it was rewritten or cut: compare it with the backup"
    )
    try:
        number, digest = manifest.read(known).get("history", (0, ""))
    except (OSError, EOFError, KeyError, ValueError, TypeError, tarfile.TarError) as error:
        return Result("history.backup", title, [_same(f"{known}: {error}")])
    if not number:
        bare = Text("这份备份没有记下历史记录到哪一环", "this backup notes no link of the history")
        return Result("history.backup", title, [bare], fatal=False)
    if Link.objects.filter(number=number, digest=digest).exists():
        return Result("history.backup", title)
    wrong = Text(f"第 {number} 环不是备份时的那一环", f"link {number} is not the one of that time")
    return Result("history.backup", title, [wrong], remedy)


def _archive(settings: config.Config) -> Result:
    owner = postgres.parameters(settings.data_dir, "postgres", postgres.SUPERUSER)
    with psycopg.connect(**owner) as connection:
        row = connection.execute(
            "SELECT last_failed_wal, last_failed_time FROM pg_stat_archiver"
            " WHERE last_failed_time > coalesce(last_archived_time, '-infinity')"
        ).fetchone()
    stuck = (
        [Text(f"{row[0]} 自 {row[1]} 起未能复制", f"{row[0]} could not be copied since {row[1]}")]
        if row
        else []
    )
    remedy = Text(
        f"看 {settings.archive_dir} 是否已满或写不进去",
        f"see whether {settings.archive_dir} is full or closed",
    )
    return Result("archive", Text("日志归档", "archived log"), stuck, remedy)


def _same(text: str) -> Text:
    return Text(text, text)
