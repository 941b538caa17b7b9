"""The transaction every service runs in, with the guard that no change goes without a history entry.

`Model.save`, `delete` and `guarded_update` mark an audited row as changed, `history.record` clears the
mark, and the outermost `atomic` looks at its end whether a mark is left. What a constraint refuses because somebody
else did it first, the outermost `atomic` raises as Outrun. The guard is on in tests and in
debug mode (`settings.HISTORY_GUARD`); it looks at the end of the block and not on commit, because a test
that is rolled back never commits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from psycopg.errors import DeadlockDetected, ExclusionViolation, UniqueViolation

from zhize.kernel.db import marks, prepared
from zhize.kernel.db.errors import Outrun

P = ParamSpec("P")
R = TypeVar("R")


class UnrecordedChange(AssertionError):
    """A transaction changed audited rows without writing a history entry for them."""


class _Ledger(threading.local):
    depth = 0
    kept = 0

    def __init__(self) -> None:
        self.changed: set[tuple[str, Any]] = set()
        self.afterwards: list[Callable[[], object]] = []


_ledger = _Ledger()


def mark_changed(label: str, pk: Any) -> None:
    """Note that an audited row changed in this block."""
    if _ledger.depth:
        _ledger.changed.add((label, pk))


def mark_recorded(label: str, pk: Any) -> None:
    """Note that the row's change stands in history."""
    _ledger.changed.discard((label, pk))


def afterwards(work: Callable[[], object]) -> None:
    """Run `work` in a transaction of its own once the outermost block has ended, also when that was rolled back.

    For what must be kept of an attempt that is refused; at once when no block is open.
    """
    if _ledger.depth:
        _ledger.afterwards.append(work)
    else:
        _run([work])


def _run(works: list[Callable[[], object]]) -> None:
    for work in works:
        with _block():
            work()


@contextmanager
def _block(*, apart: bool = True) -> Iterator[None]:
    """`apart`: what this block did can be taken back while the enclosing transaction goes on."""
    outermost = _ledger.depth == 0
    if outermost:
        _ledger.changed = set()
    _ledger.depth += 1
    try:
        with (
            transaction.atomic(savepoint=apart or outermost),
            marks.reading(writes=True) if outermost else nullcontext(),
        ):
            yield
            if connection.needs_rollback:
                # Somebody caught what a service of his was refused, and went on: nothing of it would be kept.
                raise transaction.TransactionManagementError(
                    "a service was refused inside this one; call it in a block of its own: with atomic(): …"
                )
            if outermost and _ledger.changed and getattr(settings, "HISTORY_GUARD", False):
                raise UnrecordedChange(f"changed without a history entry: {sorted(_ledger.changed, key=str)}")
        if outermost:
            _ledger.kept += 1
    except BaseException as error:
        # Two did the same limited thing at once; the constraint let one of them.
        if outermost and isinstance(error.__cause__, UniqueViolation | ExclusionViolation):
            raise Outrun from error
        raise
    finally:
        _ledger.depth -= 1
        if outermost and _ledger.afterwards:
            works, _ledger.afterwards = _ledger.afterwards, []
            _run(works)


def again_if_lost(request: HttpRequest, work: Callable[[], R]) -> R:
    """Run `work` once more from its beginning when the database ended it in favour of somebody else's (a deadlock).

    For the outermost call of a request, which has answered nothing yet; jobs are tried again anyhow. Not when a part of
    the work is kept already: that would be done twice. Not with files either: they are read once, and would be empty.
    Plain statements of the first run outside of any `atomic` stay, unseen here: such work must bear being done twice.
    """
    before = _ledger.kept
    try:
        return work()
    except OperationalError as error:
        lost = isinstance(error.__cause__, DeadlockDetected)
        if not lost or _ledger.kept != before or connection.in_atomic_block or request.FILES:
            raise
    marks.afresh()
    return work()


def one_at_a_time(*parts: object) -> None:
    """Let transactions about the same thing (a name, a pair of rows) wait for each other until they end.

    For "look whether it is there, then create it": whoever comes second finds what the first made, and can say so
    instead of failing at the constraint. `parts` name the thing, the kind first: "organisation.signature", ids.
    """
    with prepared.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [":".join(str(part) for part in parts)]
        )


@overload
def atomic(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def atomic() -> Any: ...


def atomic(function: Callable[P, R] | None = None) -> Any:
    """Run in one transaction: `@atomic` on a service, or `with atomic():` around a block.

    A service that another one calls is part of that one: what it raises takes back all of it. Whoever wants to catch that
    and go on calls it within a block, which is taken back alone.
    """
    if function is None:
        return _block()

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with _block(apart=False):
            return function(*args, **kwargs)

    return run
