"""What may be granted of making positions from job descriptions."""

from __future__ import annotations

from zhize.kernel import access

WORK = access.capability("jobdraft.work", zh="从说明书起草岗位", en="Draft positions from job descriptions")
APPLY = "pack.apply"
"""Making the positions and duties of a draft is applying its pack."""
