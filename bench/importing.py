"""An owners' list as a workbook: uploaded, tried and carried out, with the memory and the progress on the way."""

from __future__ import annotations

import gc
import io
import time
from pathlib import Path
from typing import Any

import psutil

SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许",
    ("建国", "丽华", "志强", "秀英", "晓东", "雨桐", "子涵"),
)
HEAD = ("姓名", "手机", "楼栋", "单元", "房号", "身份")
ROOMS_OF_AN_ENTRANCE = 60


def workbook(rows: int) -> bytes:
    """So many owners, each with a room and a number of his own."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("业主")
    sheet.append(HEAD)
    for number in range(rows):
        entrance, place = divmod(number, ROOMS_OF_AN_ENTRANCE)
        floor, door = divmod(place, 2)
        sheet.append(
            (
                f"{SURNAMES[number % 20]}{GIVEN[number % 7]}{GIVEN[number // 7 % 7][0]}",
                f"137{number:08d}",
                "1栋",  # a list makes rooms and entrances, not buildings
                f"{entrance + 1}单元",
                f"{floor + 1}{door + 1:02d}",
                "业主",
            )
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(folder: Path, rows: int) -> dict[str, Any]:
    import django

    content = workbook(rows)
    django.setup()
    from bench.apart import database_seconds
    from zhize.domains.customers import capabilities as caps
    from zhize.domains.customers.models import Customer
    from zhize.kernel import access
    from zhize.kernel.documents import imports
    from zhize.kernel.documents.imports import running
    from zhize.kernel.org.models import Appointment

    gc.freeze()  # as a worker does
    held = Appointment.objects.filter(position__grants__capability=caps.IMPORT).earliest("pk")
    actor, unit = access.for_person(held.person, channel="api"), held.position.unit
    before = Customer.objects.count()
    me, database = psutil.Process(), database_seconds(folder)
    spent, begun = time.process_time(), time.monotonic()
    taken = imports.upload(
        actor=actor, kind="customers.owners", content=content, name="owners.xlsx", unit=unit
    )
    memory, shown = [_megabytes(me)], []
    for act, step in ((None, running.try_some), (imports.start, running.carry_out_some)):
        if act is not None:
            taken.refresh_from_db()
            act(actor=actor, run=taken)
        while step(taken.pk):
            memory.append(_megabytes(me))
            taken.refresh_from_db()
            shown.append(imports.progress(taken).percent)
    lasted = time.monotonic() - begun
    made = Customer.objects.count() - before
    if made != rows:
        wrong = taken.rows.exclude(outcome="created").values_list("number", "trial", "messages")[:3]
        raise RuntimeError(f"{made} customers came of {rows} rows: {list(wrong)}")
    return {
        "value": round(lasted, 1),
        "cpu": round(time.process_time() - spent + database_seconds(folder) - database, 1),
        "rows": rows,
        "memory_mb": [round(memory[0]), round(memory[len(memory) // 2]), round(max(memory))],
        "progress_steps": len(set(shown)),
    }


def _megabytes(process: psutil.Process) -> float:
    return process.memory_info().rss / 2**20
