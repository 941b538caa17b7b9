"""What every test may ask for, and what every run says at its end."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import get_language
from pytest_django.plugin import blocking_manager_key

from tests.kit import browser, database


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The database of this run; started only when a test asks for one."""
    with django_db_blocker.unblock(), database.clone():
        yield


@pytest.fixture(scope="session", autouse=True)
def _pack_files_are_taken_apart_once() -> Iterator[None]:
    """Dozens of tests apply the same packs, and half of the time that takes went into their YAML."""
    from zhize.kernel.packs import reading

    read = reading.read
    known: dict[tuple[bytes, str, str | None], bytes] = {}

    def remembered(path: Path, shown_as: str) -> reading.Document:
        key = (path.read_bytes(), shown_as, get_language())
        if key not in known:
            known[key] = pickle.dumps(read(path, shown_as))
        document: reading.Document = pickle.loads(known[key])
        return document

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "read", remembered)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": browser.executable(), "args": list(browser.FLAGS)}


class Stage:
    """Keeps the cast of `tests.kit.cast` built in one outer transaction for all tests in a row that ask for it.

    Applying a pack takes seconds; each test still runs in a savepoint of its own, which is rolled back. It is built
    today, whatever day the test that asks first travels to: what is owed since when must not hang on the order.
    """

    def __init__(self) -> None:
        self.block: Any = None
        self.built: Any = None

    def open(self) -> None:
        import time_machine
        from django.db import transaction

        from tests.kit.cast import build

        if self.block is None:
            self.block = transaction.atomic()
            self.block.__enter__()
            try:
                away = time_machine.escape_hatch.is_travelling()
                with time_machine.travel(time_machine.escape_hatch.time.time()) if away else nullcontext():
                    self.built = build()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        from django.db import transaction

        from zhize.kernel.packs import selectors as packs

        if self.block is not None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
            self.block = self.built = None
            packs.forget()


STAGE = pytest.StashKey[Stage]()


def _wants_stage(item: Any) -> bool:
    """Whether the test stands on the stage; a fixture of a folder's own may be called `cast`, too."""
    return "_on_stage" in getattr(item, "fixturenames", ())


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test without the cast, or with a database that really commits, must not find the stage open."""
    stage = item.session.stash.get(STAGE, None)
    committing = any(mark.kwargs.get("transaction") for mark in item.iter_markers("django_db"))
    if stage is not None and (committing or not _wants_stage(item)):
        with item.config.stash[blocking_manager_key].unblock():
            stage.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Tests with the cast stand together, so that it is built once; browser journeys come last.

    The browser's driver leaves an event loop running in its process, and after that nothing there may go from
    asynchronous code to synchronous.
    """
    items.sort(
        key=lambda item: (
            not {"browser", "page"}.isdisjoint(getattr(item, "fixturenames", ())),
            _wants_stage(item),
            # Minutes long: begun last, they would leave the other workers without anything to do.
            "test_every_page" not in item.nodeid,
        )
    )


@pytest.fixture(autouse=True)
def _speak_chinese() -> Iterator[None]:
    """Every test begins in the product's first language, whatever the one before asked for."""
    from django.utils import translation

    translation.activate("zh-hans")
    yield
    translation.activate("zh-hans")


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest, django_db_setup: Any, django_db_blocker: Any) -> Iterator[Stage]:
    """The cast's stage of this process."""
    found = request.session.stash[STAGE] = Stage()
    yield found
    with django_db_blocker.unblock():
        found.close()


@pytest.fixture
def _on_stage(request: pytest.FixtureRequest, stage: Stage, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        stage.open()


@pytest.fixture
def cast(_on_stage: None, db: Any, stage: Stage) -> Any:
    """The property centre, as it was built: what a test does to it is undone."""
    return copy.deepcopy(stage.built)


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end: to look through it again and again took a tenth of every run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly what was not run and why: a skipped test proves nothing."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(
            f"NOT RUN: {count} tests: {reason.removeprefix('Skipped: ')}", yellow=True
        )
