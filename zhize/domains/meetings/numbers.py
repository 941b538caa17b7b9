"""Numbers of meetings and proposals."""

from __future__ import annotations

from zhize.kernel import numbering

numbering.declare("meeting", zh="会议编号", en="Meeting number", prefix="HY", digits=3, period="month")
numbering.declare("proposal", zh="建议编号", en="Proposal number", prefix="JY", digits=3, period="year")
