"""People, positions and units of the same name can be told apart wherever one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.utils import translation

from tests.kernel import small_world
from zhize.kernel.org import naming
from zhize.kernel.org.models import Person, Position, Unit
from zhize.ui import widgets

pytestmark = pytest.mark.django_db


class PickForm(forms.Form):
    unit: Any = forms.ModelChoiceField(queryset=Unit.objects.all())
    person: Any = forms.ModelChoiceField(queryset=Person.objects.all(), widget=widgets.Combobox())


def test_each_has_its_place_beside_it_and_doubles_say_where_they_belong() -> None:
    company = small_world.unit("公司")
    centres = [small_world.unit(name, company) for name in ("东区", "西区")]
    desks = []
    for number, centre in enumerate(centres):
        desk = small_world.unit(f"客服{number}", centre)
        Unit.objects.filter(pk=desk.pk).update(name="客服部")
        desks.append(small_world.position("接待员", Unit.objects.get(pk=desk.pk)))
    person = small_world.person("李敏", desks[0])
    assert naming.hints(Person, [person.pk]) == {person.pk: "接待员 · 东区 · 客服部"}
    assert naming.hints(Position, [desks[1].pk]) == {desks[1].pk: "西区 · 客服部"}
    form = PickForm()
    widgets.dress(form)
    shown = str(form)
    assert "客服部 · 东区" in shown and "客服部 · 西区" in shown and ">东区<" in shown
    assert 'data-hint="接待员 · 东区 · 客服部"' in shown


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", ("物业服务中心", "投诉专员", "于丽")),
        ("zh-hant", ("物業服務中心", "投訴專員", "于丽")),
        ("en", ("Service centre", "投诉专员", "Yu Li")),
    ],
)
def test_units_and_positions_are_named_in_the_readers_script_and_people_as_they_write_themselves(
    language: str, said: tuple[str, str, str]
) -> None:
    unit = Unit(name="物业服务中心", name_en="Service centre")
    rows = (unit, Position(name="投诉专员", unit=unit), Person(name="于丽", name_en="Yu Li"))
    with translation.override(language):
        assert tuple(str(row) for row in rows) == said
