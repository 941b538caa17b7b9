"""From what was read of a job description to the files of a pack: the one generator of the command and of the page."""

from __future__ import annotations

from zhize.desk.drafting.packing.files import CODE, Made, code_from, make, write, zipped
from zhize.desk.drafting.packing.rules import evidence, faults, fits, why
from zhize.desk.drafting.packing.rules import rule as as_pack

__all__ = [
    "CODE",
    "Made",
    "as_pack",
    "code_from",
    "evidence",
    "faults",
    "fits",
    "make",
    "why",
    "write",
    "zipped",
]
