"""The shipped pack of the community property service centre: it loads, it applies, its clauses are all carried out."""

from __future__ import annotations

import pytest

from zhize.domains.organisation.pack import PositionSpec
from zhize.kernel import access, packs
from zhize.kernel.access.models import Grant
from zhize.kernel.org.models import Clause, Position, Unit
from zhize.kernel.packs import loader, services

NINE = {
    "centre_manager", "service_supervisor", "frontdesk_lead", "receptionist", "archivist", "complaint_officer",
    "ambassador", "community_officer", "control_operator",
}  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> packs.Pack:
    return loader.load(loader.find("property-community"))


@pytest.fixture
def centre(db: None) -> Unit:
    unit = Unit.objects.create(code="ZX01", name="物业服务中心", kind="centre")
    Unit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
    unit.refresh_from_db()
    return unit


@pytest.mark.parametrize("name", loader.shipped())
def test_every_shipped_pack_has_no_mistakes(name: str) -> None:
    assert [str(problem) for problem in loader.load(loader.find(name)).problems] == []


class TestContent:
    def test_the_nine_positions_stand_in_one_reporting_tree(self, pack: packs.Pack) -> None:
        assert pack.codes("positions") >= NINE
        tops = [position.code for position in pack.items("positions") if position.reports_to is None]
        assert tops == ["centre_manager"]

    @pytest.mark.req("ORG-08")
    def test_clauses_1_to_17_of_the_archive_officer_are_carried_out_or_standing(
        self, pack: packs.Pack
    ) -> None:
        sheet: PositionSpec = pack.get("positions", "archivist")
        printed = [clause.number for clause in sheet.clauses if clause.section == "work"]
        assert printed == [f"{number}." for number in range(1, 18)]
        linked = {
            code for duty in pack.items("duties") if duty.position == "archivist" for code in duty.clauses
        }
        assert all(clause.standing or clause.code in linked for clause in sheet.clauses)

    def test_every_recurring_row_of_the_system_is_a_duty(self, pack: packs.Pack) -> None:
        wanted = {f"CAL-{number:03}" for number in [*range(36, 77), 128, 130, 134]}
        found = {ref for duty in pack.items("duties") for ref in duty.refs}
        assert wanted - found == set()
        triggered = {
            "01",
            "02",
            "03",
            "04",
            "22",
            "23",
            "24",
            "25",
            "26",
            "29",
            "30",
            "31",
            "32",
            "33",
            "34",
            "56",
            "68",
            "82",
            "83",
        }
        assert {f"TRG-{number}" for number in triggered} - found == set()

    def test_fire_is_a_duty_of_every_community_position_and_each_has_a_task_on_the_chart(
        self, pack: packs.Pack
    ) -> None:
        fire = {duty.position for duty in pack.items("duties") if "TRG-25" in duty.refs}
        assert fire == NINE - {"centre_manager"}
        tasks = {task.position for task in pack.get("fire_plans", "fire_plan").tasks}
        assert tasks >= NINE

    def test_no_class_of_documents_is_kept_less_than_a_year(self, pack: packs.Pack) -> None:
        assert all(item.keep_years is None or item.keep_years >= 1 for item in pack.items("document_classes"))


@pytest.mark.django_db
class TestApply:
    def test_positions_clauses_and_grants_become_rows_of_the_centre(self, centre: Unit) -> None:
        services.apply(
            root=loader.find("property-community"), actor=access.system("packs.apply"), unit=centre
        )
        lead = Position.objects.get(code="frontdesk_lead")
        assert lead.unit == centre
        assert lead.reports_to is not None and lead.reports_to.code == "service_supervisor"
        assert [position.code for position in lead.includes.all()] == ["receptionist"]
        clause = Clause.objects.get(position=lead, code="w7")
        assert (clause.number, clause.source) == ("7.", "002:141")
        assert clause.text.startswith("每周五对本周内发生的投诉进行总结和分类汇总")
        assert Grant.objects.get(position=lead, capability="case.audit").scope == "unit"
        assert Position.objects.get(code="repairer").unit.code == "ZX01-GC"

    def test_applying_again_changes_nothing(self, centre: Unit) -> None:
        actor = access.system("packs.apply")
        services.apply(root=loader.find("property-community"), actor=actor, unit=centre)
        before = Grant.objects.count(), Clause.objects.count()
        _release, changes = services.apply(root=loader.find("property-community"), actor=actor, unit=centre)
        assert changes == []
        assert (Grant.objects.count(), Clause.objects.count()) == before

    def test_what_the_centre_changed_stays(self, centre: Unit) -> None:
        actor = access.system("packs.apply")
        services.apply(root=loader.find("property-community"), actor=actor, unit=centre)
        Position.objects.filter(code="receptionist").update(name="前台管家")
        Grant.objects.filter(position__code="receptionist", capability="case.merge").delete()
        services.apply(root=loader.find("property-community"), actor=actor, unit=centre)
        assert Position.objects.get(code="receptionist").name == "前台管家"
        assert not Grant.objects.filter(position__code="receptionist", capability="case.merge").exists()

    def test_a_second_centre_gets_its_own_positions(self, centre: Unit) -> None:
        other = Unit.objects.create(code="ZX02", name="第二物业服务中心", kind="centre")
        Unit.objects.filter(pk=other.pk).update(path=f"/{other.pk}/")
        other.refresh_from_db()
        actor = access.system("packs.apply")
        services.apply(root=loader.find("property-community"), actor=actor, unit=centre)
        services.apply(root=loader.find("property-community"), actor=actor, unit=other)
        assert Position.objects.filter(code="ambassador").count() == 2
        assert {
            position.reports_to.unit
            for position in Position.objects.filter(code="ambassador")
            if position.reports_to
        } == {centre, other}
