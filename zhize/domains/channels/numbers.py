"""Numbers of the front desk."""

from __future__ import annotations

from zhize.kernel import numbering

numbering.declare("visitor", zh="来访排队号", en="Visitor number", prefix="LF", digits=3)
numbering.declare("correspondence", zh="收发文号", en="Correspondence number", prefix="SF")
