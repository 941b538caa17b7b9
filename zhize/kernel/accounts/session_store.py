"""Sessions in the database that end when nothing was done for a while, and at the latest some days after signing in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db

from zhize.kernel.db import statements
from zhize.lib import clock

# A session is prolonged at most this often, so that reading pages does not become writing.
STEP = timedelta(minutes=5)
# However much somebody works: he signs in again after this time.
LONGEST = timedelta(days=14)


def idle() -> timedelta | None:
    """How long a session lives without a request; None: as long as after signing in."""
    minutes = settings.CONFIG.session_idle_minutes
    return timedelta(minutes=minutes) if minutes else None


class SessionStore(db.SessionStore):
    """The row's date is the end by doing nothing; the date in the session (and its cookie) the end in any case."""

    _ends: datetime | None = None

    def _get_session_from_db(self) -> Any:
        # As the base class asks, but composed once: every request begins with it.
        row = statements.first(
            "accounts.session",
            statements.ANYBODY,
            lambda key, at: self.model.objects.filter(session_key=key, expire_date__gt=at)[:1],
            key=str(self.session_key),
            at=clock.now(),
        )
        if row is None:
            self._session_key = None
        self._ends = row.expire_date if row else None
        return row

    def create_model_instance(self, data: Any) -> Any:
        row = super().create_model_instance(data)
        row.expire_date = self._ends = self._sooner(row.expire_date)
        return row

    def bound(self) -> None:
        """See to it that the session ends at all: one from before sessions had an end begins now."""
        if "_session_expiry" not in self:
            self.set_expiry(clock.now() + LONGEST)

    def touch(self) -> None:
        """Somebody works with this session: it lives on from now. One column, so that nothing else of it is lost."""
        if idle() is None or self._ends is None:
            return
        ends = self._sooner(self.get_expiry_date())
        if abs(ends - self._ends) >= min(STEP, (idle() or STEP) / 10):
            self.model.objects.filter(session_key=self.session_key).update(expire_date=ends)
            self._ends = ends

    @staticmethod
    def _sooner(last: datetime) -> datetime:
        span = idle()
        return min(last, clock.now() + span) if span is not None else last
