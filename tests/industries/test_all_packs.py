"""The shipped packs together: every duty and deadline of the catalogue, and several packs in one department."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.domains.organisation.test_pages import browser
from tests.kit.cast import Cast
from zhize.domains.duties.models import Duty
from zhize.kernel import access
from zhize.kernel.org.models import Clause, Position
from zhize.kernel.packs import loader
from zhize.kernel.packs import services as packs

ROWS = [*(f"CAL-{number:03}" for number in range(1, 137)), *(f"TRG-{number:02}" for number in range(1, 89))]
# Shown and seeded by their code; what only describes a demonstration may share codes.
OF_DEMO = ("demo_", "walks")


@pytest.fixture(scope="module")
def shipped() -> dict[str, loader.Pack]:
    return {name: loader.load(loader.find(name)) for name in loader.shipped()}


@pytest.mark.req("DUT-01")
def test_every_recurring_duty_and_every_deadline_of_the_catalogue_is_in_a_pack(
    shipped: dict[str, loader.Pack],
) -> None:
    carried = {ref for pack in shipped.values() for duty in pack.items("duties") for ref in duty.refs}
    assert sorted(carried) == sorted(ROWS)


def test_every_role_has_its_sheet(shipped: dict[str, loader.Pack]) -> None:
    roles = {sheet.role for pack in shipped.values() for sheet in pack.items("positions")}
    assert {f"ROL-{number:02}" for number in range(1, 59)} <= roles


def test_every_form_of_the_catalogue_is_in_a_pack(shipped: dict[str, loader.Pack]) -> None:
    forms = {ref for pack in shipped.values() for form in pack.items("forms") for ref in form.refs}
    reports = {report.form for pack in shipped.values() for report in pack.items("reports")}
    assert sorted((forms | reports) - {None}) == [f"FRM-{number:03}" for number in range(1, 141)]


def test_no_two_packs_claim_a_code(shipped: dict[str, loader.Pack]) -> None:
    codes = Counter(
        (section, item.code)
        for pack in shipped.values()
        for section in pack.entries
        if not section.startswith(OF_DEMO)
        for item in pack.items(section)
    )
    assert [claimed for claimed, count in codes.items() if count > 1] == []


@pytest.mark.req("DUT-01", "ORG-08")
def test_a_department_applies_several_packs_and_loses_no_sentence(
    cast: Cast, shipped: dict[str, loader.Pack]
) -> None:
    several = [shipped[name] for name in ("telecom-call-centre", "karaoke", "rental-repair")]
    for pack in several:
        packs.apply(root=pack.root, pack=pack, actor=access.system("packs.apply"), unit=cast.centre)
    for pack in several:
        sheets = pack.items("positions")
        clauses = Clause.objects.filter(position__code__in=[sheet.code for sheet in sheets])
        assert clauses.count() == sum(len(sheet.clauses) for sheet in sheets)
        duties = Duty.objects.filter(code__in=[duty.code for duty in pack.items("duties")], active=True)
        assert duties.count() == len(pack.items("duties"))
    director = Position.objects.get(name="客服中心主任")
    page = browser("liuqiang").get(f"/positions/{director.pk}/").content.decode()
    assert "clause-none" not in page


@pytest.mark.req("DUT-01")
def test_a_centre_is_a_community_and_a_residential_estate_at_once(
    cast: Cast, shipped: dict[str, loader.Pack]
) -> None:
    estate = shipped["residential-estate"]
    packs.apply(root=estate.root, pack=estate, actor=access.system("packs.apply"), unit=cast.centre)
    for name in ("property-community", "residential-estate"):
        pack = shipped[name]
        there = Duty.objects.filter(unit=cast.centre, active=True, code__in=pack.codes("duties"))
        assert there.count() == len(pack.items("duties"))
        _release, changes = packs.apply(
            root=pack.root, pack=pack, actor=access.system("packs.apply"), unit=cast.centre
        )
        assert changes == []


def test_names_of_one_organisation_stay_in_its_pack() -> None:
    """D17: papers, estates and houses of the source are sample data; code speaks of no company."""
    names = ("万科", "四季花城", "歌朝", "大歌星", "铭万", "至尊卡", "欢唱卡")
    root = Path(loader.__file__).resolve().parents[2]
    code = [path for suffix in ("py", "html", "js") for path in root.rglob(f"*.{suffix}")]
    assert len(code) > 500
    found = [
        (path.relative_to(root).as_posix(), name)
        for path in code
        if "node_modules" not in path.parts and "vendor" not in path.parts
        for name in names
        if name in path.read_text(encoding="utf-8")
    ]
    assert found == []
