"""What passes by itself is told from what is somebody's mistake."""

from __future__ import annotations

import errno

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, InternalError, OperationalError

from zhize.kernel.db import outages
from zhize.kernel.db.outages import Outage


def failed(kind: type[DatabaseError], cause: type[psycopg.Error]) -> DatabaseError:
    error = kind(str(cause))
    error.__cause__ = cause()
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("no route to host"), Outage.AWAY),
        (InterfaceError("the connection is closed"), Outage.AWAY),
        (failed(OperationalError, psycopg.errors.AdminShutdown), Outage.AWAY),
        (failed(OperationalError, psycopg.errors.CannotConnectNow), Outage.AWAY),
        (failed(OperationalError, psycopg.errors.TooManyConnections), Outage.AWAY),
        (failed(InternalError, psycopg.errors.ReadOnlySqlTransaction), Outage.AWAY),
        (failed(OperationalError, psycopg.errors.DiskFull), Outage.FULL),
        (OSError(errno.ENOSPC, "no space"), Outage.FULL),
        (failed(OperationalError, psycopg.errors.DeadlockDetected), None),
        (failed(OperationalError, psycopg.errors.QueryCanceled), None),
        (failed(IntegrityError, psycopg.errors.UniqueViolation), None),
        (OSError(errno.ENOENT, "no such file"), None),
        (RuntimeError("broken"), None),
        (None, None),
    ],
)
def test_an_outage_is_known_by_what_the_server_says(
    error: BaseException | None, outage: Outage | None
) -> None:
    assert outages.of(error) == outage
