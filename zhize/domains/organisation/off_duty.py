"""What must be in order before somebody goes off duty, said by the domains above that know it."""

from __future__ import annotations

from collections.abc import Callable

from zhize.kernel.org.models import Shift

Check = Callable[[Shift], None]
_checks: list[Check] = []


def before_off_duty(check: Check) -> Check:
    """Register a check of the shift that is about to end. It raises DomainError to keep somebody on duty."""
    _checks.append(check)
    return check


def check(shift: Shift) -> None:
    """Ask every check. Raises the first objection."""
    for each in _checks:
        each(shift)
