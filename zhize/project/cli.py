"""The command line: `zhize COMMAND`.

The commands in PROCESSES live in this package. Every other command is a Django management
command of one of our packages, so a package brings its own: `zhize pack check DIR` is the management command
`pack` of `zhize.kernel.packs`. The embedded database is started for the time of a command that needs it.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

PROCESSES = {
    "run": ("zhize.project.run", "database, set-up, web and worker in one command"),
    "prepare": ("zhize.project.preparing", "bring the installation to this version; run does it by itself"),
    "web": ("zhize.project.web", "the web server alone"),
    "worker": ("zhize.project.worker", "the worker alone"),
    "backup": ("zhize.project.backup", "save database and files into one file"),
    "archive": ("zhize.project.archive", "copy the database and new files to where its log is kept"),
    "restore": ("zhize.project.restore", "put a backup into an empty installation"),
    "doctor": ("zhize.project.doctor", "check this installation and say what is wrong"),
}
# Django's own commands that an operator may need.
DJANGO = {
    "migrate": "bring the database to the shape this version needs",
    "shell": "a Python prompt inside the product",
    "dbshell": "a SQL prompt",
    "collectstatic": "gather style sheets and scripts for serving",
}
WITHOUT_DATABASE = {"collectstatic", "makemigrations", "check", "help", "version"}
# A pack is written and checked wherever its author sits, far from any installation.
WRITING_PACKS = {("pack", verb) for verb in ("check", "new", "draft", "schema")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 wrongly called."""
    import psycopg

    from zhize.project.config import ConfigError
    from zhize.project.postgres import PostgresError
    from zhize.project.postgres_binaries import NoBinaries

    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhize.project.settings")
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_overview())  # noqa: T201
        return 0 if words else 2
    if words[0] in {"--version", "version"}:
        from zhize import __version__

        print(__version__)  # noqa: T201
        return 0
    try:
        if words[0] in PROCESSES:
            return int(import_module(PROCESSES[words[0]][0]).main(words[1:]) or 0)
        return _management(words)
    except (ConfigError, PostgresError, NoBinaries) as error:
        print(f"zhize: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except Exception as error:
        # Django's error has the driver's for its cause; Django itself is not loaded for this.
        if not isinstance(error.__cause__ or error, psycopg.OperationalError):
            raise
        print(f"zhize: the database does not answer: {str(error).strip()}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def _management(words: list[str]) -> int:
    from contextlib import nullcontext

    from django.core.management import ManagementUtility, find_commands, get_commands

    from zhize.project import config, database

    needs_database = words[0] not in WITHOUT_DATABASE and "--help" not in words
    needs_database = needs_database and tuple(words[:2]) not in WRITING_PACKS
    settings = config.read()
    with database.available(settings) if needs_database else nullcontext():
        import django

        django.setup()
        from django.utils import translation

        translation.activate(settings.language)
        if words[0] not in get_commands() and words[0] not in find_commands(""):
            print(f"zhize: there is no command {words[0]!r}\n\n{_overview()}", file=sys.stderr)  # noqa: T201
            return 2
        ManagementUtility(["zhize", *words]).execute()
    return 0


def _overview() -> str:
    """All commands with a line each. Ours are found in the folders, without starting Django."""
    lines = [f"  {name:<14}{text}" for name, (_, text) in PROCESSES.items()]
    lines += [f"  {name:<14}{text}" for name, text in {**DJANGO, **_own_commands()}.items()]
    return "\n".join(["Usage: zhize COMMAND [--help]", "", *lines])


def _own_commands() -> dict[str, str]:
    package = Path(__file__).resolve().parents[1]
    found: dict[str, str] = {}
    for path in sorted(package.rglob("management/commands/*.py")):
        if path.stem.startswith("_"):
            continue
        module = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        found[path.stem] = _first_line(path, module)
    return dict(sorted(found.items()))


def _first_line(path: Path, module: str) -> str:
    """The command's own help, or the first line of its docstring, read without importing it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if names == ["help"] and isinstance(node.value.value, str):
                return node.value.value
    return (ast.get_docstring(tree) or module).split("\n", 1)[0]


if __name__ == "__main__":
    sys.exit(main())
