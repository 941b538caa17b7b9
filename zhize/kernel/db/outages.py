"""Failures that are nobody's mistake and pass: the database is away, or a disk is full."""

from __future__ import annotations

import errno
from enum import Enum

from django.db import InterfaceError, InternalError, OperationalError

# What the server says when it stops, starts, has no place for us, or has become a standby that only reads.
_AWAY = ("08", "57P0", "53300", "25006")
_FULL = ("53100",)


class Outage(Enum):
    """Why nothing can be saved for the moment."""

    AWAY = "away"
    FULL = "full"


def of(error: BaseException | None) -> Outage | None:
    """The outage that an exception means; None for any other failure."""
    if isinstance(error, OSError):
        return Outage.FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else None
    if isinstance(error, InterfaceError):
        return Outage.AWAY
    if not isinstance(error, OperationalError | InternalError):
        return None
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:  # no server answered at all
        return Outage.AWAY if isinstance(error, OperationalError) else None
    if state.startswith(_FULL):
        return Outage.FULL
    return Outage.AWAY if state.startswith(_AWAY) else None
