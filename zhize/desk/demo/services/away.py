"""Leave of the demonstration department: one granted with somebody standing in, one to be decided."""

from __future__ import annotations

from datetime import date

from zhize.desk.demo.services.stage import Stage
from zhize.domains.shifts import services as shifts
from zhize.kernel import calendars


def build(stage: Stage) -> None:
    """The next working days after a week, whatever holidays lie between."""
    calendar = calendars.for_unit(stage.units["centre"])

    def working(count: int) -> date:
        return calendar.nth_working_day_after(stage.today, count)

    granted = shifts.ask(
        actor=stage.actor("chenjing"), kind="annual", from_on=working(4), to_on=working(5), reason="陪家人出行",
        deputy=stage.people["zhaoyun"],
    )  # fmt: skip
    shifts.approve(actor=stage.actor("wangfang"), leave=granted, note="请把在办的事交代清楚")
    shifts.ask(
        actor=stage.actor("limin"), kind="personal", from_on=working(6), from_half="pm", to_on=working(6),
        reason="办理户口迁移", deputy=stage.people["zhoutao"],
    )  # fmt: skip
