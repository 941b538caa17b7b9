"""Who sees which issued numbers: those of the units a grant reaches."""

from __future__ import annotations

from zhize.kernel import access
from zhize.kernel.numbering.models import IssuedNumber


@access.policy
class IssuedNumberPolicy(access.Policy[IssuedNumber]):
    model = IssuedNumber
    view = "number.view"
    unit = "unit"
