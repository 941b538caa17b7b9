"""Putting jobs into the queue, in the transaction of whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhize.kernel.db import prepared
from zhize.kernel.jobs.registry import TASKS

# A job that is already waiting under the same key is not queued twice. Its row is rewritten rather than left
# alone: the lock on it keeps a worker from taking it before this transaction's changes can be seen.
# A job that waits out a failure keeps its waiting time.
_INSERT = """
    INSERT INTO procrastinate_jobs AS queued
        (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    {rows}
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO UPDATE SET
        queueing_lock = EXCLUDED.queueing_lock,
        scheduled_at = CASE
            WHEN queued.attempts > 0 THEN queued.scheduled_at
            WHEN EXCLUDED.scheduled_at IS NULL OR queued.scheduled_at IS NULL THEN NULL
            ELSE LEAST(EXCLUDED.scheduled_at, queued.scheduled_at)
        END
    RETURNING id
"""
_ONE = _INSERT.format(rows="VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s)")
_MANY = _INSERT.format(
    rows="SELECT %s, %s, %s, NULL, given.key, given.args, NULL"
    " FROM jsonb_to_recordset(%s::jsonb) AS given (key text, args jsonb)"
)


class UnknownTask(LookupError):
    """No job of that name is declared; a job nobody can run must not enter the queue."""


def defer(name: str, /, *, unique: str = "", lock: str = "", **args: Any) -> int:
    """Queue job `name` with JSON arguments as part of the caller's transaction; returns its id.

    `unique`: while a job with this key is waiting, no second one is queued (the id is that of the first).
    `lock`: jobs with the same key run one after the other, in order.
    """
    return _insert(name, args, at=None, unique=unique, lock=lock)


def defer_later(name: str, /, *, at: datetime, unique: str = "", lock: str = "", **args: Any) -> int:
    """Like `defer`, but not to be run before `at` (aware)."""
    if at.tzinfo is None:
        raise ValueError("at must be an aware datetime")
    return _insert(name, args, at=at, unique=unique, lock=lock)


def defer_each(name: str, /, wanted: Mapping[str, dict[str, Any]]) -> None:
    """Like `defer` for many jobs of one name in one statement: the arguments of each by its `unique` key."""
    task = TASKS.get(name)
    if task is None:
        raise UnknownTask(name)
    rows = [{"key": key, "args": args} for key, args in wanted.items()]
    with prepared.cursor() as cursor:
        cursor.execute(_MANY, [task.queue, name, task.priority, json.dumps(rows, ensure_ascii=False)])


def _insert(name: str, args: dict[str, Any], *, at: datetime | None, unique: str, lock: str) -> int:
    task = TASKS.get(name)
    if task is None:
        raise UnknownTask(name)
    values: list[Any] = [
        task.queue, name, task.priority, lock or None, unique or None, json.dumps(args, ensure_ascii=False), at,
    ]  # fmt: skip
    with prepared.cursor() as cursor:
        cursor.execute(_ONE, values)
        row = cursor.fetchone()
    return int(row[0])
