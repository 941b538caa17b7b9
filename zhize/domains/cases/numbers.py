"""The number series of the domain. A case's prefix is its type's."""

from __future__ import annotations

from zhize.kernel import numbering

numbering.declare("case", zh="工单编号", en="Case number", prefix="GD")
numbering.declare("worksheet", zh="工作单编号", en="Work sheet number", prefix="GZ")
numbering.declare("paper", zh="投诉文件编号", en="Complaint paper number", prefix="TZ")
