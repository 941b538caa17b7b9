"""The verbs of drafts. Each checks `jobdraft.work` on the draft; applying needs `pack.apply` in its unit too."""

from __future__ import annotations

from zhize.desk.drafting.services.deciding import add_duty, confirm_sure, correct, decide, set_position
from zhize.desk.drafting.services.making import delete, make, rename
from zhize.desk.drafting.services.settling import apply, plan
from zhize.desk.drafting.services.splitting import split
from zhize.kernel.db import Invalid

__all__ = [
    "Invalid",
    "add_duty",
    "apply",
    "confirm_sure",
    "correct",
    "decide",
    "delete",
    "make",
    "plan",
    "rename",
    "set_position",
    "split",
]
