"""What is in force in a unit becomes a pack that checks clean and makes the same department somewhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.kit.cast import Cast
from zhize.domains.duties.models import Duty
from zhize.domains.duties.services import ending, library
from zhize.kernel import access, packs
from zhize.kernel.access.models import Grant
from zhize.kernel.org.models import Clause, ExternalBody, Position, Unit
from zhize.kernel.packs import exporting, loader, selectors
from zhize.kernel.packs import services as packing

ACTOR = access.system("packs.apply")


def snapshot(unit: Unit) -> dict[str, Any]:
    """Everything of the department that a pack says, without numbers of rows."""
    below = {"unit__path__startswith": unit.path}
    rows = Position.objects.filter(**below, active=True).select_related("unit", "reports_to")
    duties = Duty.objects.filter(unit=unit, active=True).select_related("current")
    return {
        "positions": {
            row.code: (
                row.name, row.name_en, row.headcount, row.family, row.purpose, row.sheet,
                row.unit.code.removeprefix(unit.code), row.reports_to.code if row.reports_to else None,
                sorted(other.code for other in row.includes.all()),
            )
            for row in rows
        },
        "clauses": sorted(
            Clause.objects.filter(position__in=rows, active=True).values_list(
                "position__code", "code", "order", "section", "number", "text", "standing", "source"
            )
        ),
        "grants": sorted(Grant.objects.filter(position__in=rows).values_list("position__code", "capability", "scope")),
        "duties": {
            row.code: (
                row.position_code, row.kind, row.refs,
                *(getattr(row.current, name) for name in ("title", "rule", "evidence", "ladder", "weight", "acceptor_code")),
                library.texts_of(row.current.spec),
                sorted(row.clauses.values_list("clause__position__code", "clause__code")),
            )
            for row in duties
        },
        "bodies": sorted(ExternalBody.objects.filter(unit=unit).values_list("name", "kind", "phone")),
        "units": sorted(
            (row.code.removeprefix(unit.code), row.name, row.kind) for row in Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk)
        ),
        "live": {
            section: sorted(packs.listing(section), key=lambda item: item.code)
            for section in ("case_types", "deadlines", "forms", "reports", "document_classes", "questionnaires")
        },
    }  # fmt: skip


def change(cast: Cast) -> None:
    """What a department makes of its pack in the course of a year."""
    duty = Duty.objects.select_related("current").get(code="collect_quality_records")
    assert duty.current is not None
    rule = {**duty.current.rule, "month_days": [3]}
    library.change_duty(actor=ACTOR.vouched("duty.edit"), duty=duty, reason="提前两天", rule=rule, weight=3)
    ended = Duty.objects.get(code="press_cuttings")
    ending.end_duty(actor=ACTOR.vouched("duty.edit"), duty=ended, reason="不再订报")
    desk = cast.position("receptionist")
    Position.objects.filter(pk=desk.pk).update(name="前台管家", headcount=6)
    Clause.objects.filter(position=desk, code="w1").update(text="解答顾客的一切咨询，当日回复。")
    Clause.objects.create(
        position=desk,
        code="w20",
        section="(一)工作职责",
        number="20.",
        text="爱护公物。",
        standing=True,
        order=99,
    )
    Clause.objects.filter(position__code="archivist", code="w12").update(active=False)
    Grant.objects.filter(position=desk, capability="case.merge").delete()
    packing.override(
        actor=ACTOR, pack="property-community", section="document_classes", code="seal_register",
        path=["keep_years"], value=8, reason="总部要求",
    )  # fmt: skip


def elsewhere(root: Path) -> Unit:
    unit = Unit.objects.create(code="FX-9", name="别处的中心", kind="centre")
    Unit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
    unit.refresh_from_db()
    packing.apply(root=root, actor=ACTOR, unit=unit)
    return unit


def without_trace(make: Callable[[], Any]) -> Any:
    """What `make` returns, with everything it wrote undone."""
    with transaction.atomic():
        made = make()
        transaction.set_rollback(True)
    selectors.forget()
    return made


@pytest.mark.req("DUT-10")
def test_a_department_with_its_own_changes_is_the_same_elsewhere(db: None, tmp_path: Path) -> None:
    out = tmp_path / "exported"

    def here() -> tuple[dict[str, Any], list[str]]:
        from tests.kit import cast as kit

        made = kit.build()
        change(made)
        exported = exporting.export_unit(actor=ACTOR, unit=made.centre, out=out)
        return snapshot(made.centre), exported.left_out

    before, left_out = without_trace(here)
    assert [str(problem) for problem in loader.load(out).problems] == []
    after = snapshot(elsewhere(out))
    # Its last sentence went from the sheet, so a duty that carried out only that one goes with it.
    gone = set(before["duties"]) - set(after["duties"])
    assert gone == {"distribute_weekly"}
    assert [line for line in left_out if "distribute_weekly" in line]
    before["duties"].pop("distribute_weekly")
    for part in before:
        if part == "clauses":
            assert [row[:2] + row[3:] for row in before[part]] == [row[:2] + row[3:] for row in after[part]]
        else:
            assert before[part] == after[part]
    assert after["positions"]["receptionist"][0] == "前台管家"
    assert after["duties"]["collect_quality_records"][4]["month_days"] == [3]


@pytest.mark.parametrize("name", ["property-community", "rental-repair"])
def test_an_applied_pack_exported_unchanged_says_the_same(cast: Cast, tmp_path: Path, name: str) -> None:
    packing.apply(root=loader.find(name), actor=ACTOR, unit=cast.centre)
    exporting.export_pack(actor=ACTOR, code=name, out=tmp_path / name)
    there = loader.load(tmp_path / name)
    assert [str(problem) for problem in there.problems] == []
    changes = packing.plan(root=tmp_path / name, actor=ACTOR, unit=cast.centre)
    assert [str(change) for change in changes] == []


def test_a_unit_with_two_packs_is_written_as_one(cast: Cast, tmp_path: Path) -> None:
    packing.apply(root=loader.find("residential-estate"), actor=ACTOR, unit=cast.centre)
    call_command("pack", "export", "WY-A", "--out", str(tmp_path / "both"))
    both = loader.load(tmp_path / "both")
    assert both.manifest is not None
    assert (both.code, both.manifest.refs) == ("unit-wy-a", ("SYS-14", "SYS-10"))
    shipped = [loader.load(loader.find(name)) for name in ("property-community", "residential-estate")]
    assert both.codes("duties") == {code for pack in shipped for code in pack.codes("duties")}


def test_nothing_is_written_over_and_an_unknown_name_is_told(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CommandError, match="已经有东西"):
        call_command("pack", "export", "WY-A", "--out", str(tmp_path))
    with pytest.raises(CommandError, match="没有应用"):
        call_command("pack", "export", "nothing", "--out", str(tmp_path / "new"))
    assert (tmp_path / "kept.txt").read_text(encoding="utf-8") == "mine"
