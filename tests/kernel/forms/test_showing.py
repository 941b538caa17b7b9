from __future__ import annotations

from django.utils import translation

from tests.kernel.forms.specs import choices, spec
from zhize.kernel import forms
from zhize.kernel.org.models import Person

FORM = spec(
    {"code": "kind", "type": "multichoice", "choices": choices("noise", "leak")},
    {"code": "seen", "type": "boolean"},
    {"code": "at", "type": "datetime"},
    {"code": "cost", "type": "money"},
    {"code": "area", "type": "integer", "unit": {"zh": "平方米", "en": "m²"}},
    {"code": "phone", "type": "phone"},
    {"code": "paper", "type": "text", "pattern": "id_number"},
    {"code": "score", "type": "rating"},
)
ANSWERS = {
    "kind": ["noise", "gone"],
    "seen": False,
    "at": "2026-03-02T01:00:00+00:00",
    "cost": "1200.50",
    "area": 12,
    "phone": "13800001111",
    "paper": "11010519491231002X",
    "score": 4,
    "dropped_field": "旧",
}


def test_answers_read_as_people_write_them_with_private_numbers_masked() -> None:
    assert [value for _, value in forms.display(FORM, ANSWERS)] == [
        "选noise、gone",
        "否",
        "2026-03-02 09:00",
        "¥1,200.50",
        "12 平方米",
        "138****1111",
        "110***********002X",
        "4 分（满分 5）",
        "旧",
    ]


def test_private_numbers_are_shown_when_revealed() -> None:
    shown = dict(forms.display(FORM, ANSWERS, reveal=True))
    assert shown["栏目phone"] == "13800001111"
    assert shown["栏目paper"] == "11010519491231002X"


def test_the_reader_gets_his_language() -> None:
    with translation.override("en"):
        shown = dict(forms.display(FORM, {"kind": ["leak"], "seen": True}))
    assert shown == {"Field kind": "Choose leak", "Field seen": "Yes"}


def test_people_are_named_and_missing_ones_are_not_hidden(db: None) -> None:
    form = spec({"code": "a", "type": "person"}, {"code": "b", "type": "person"})
    someone = Person.objects.create(name="李敏", employee_no="1")
    assert [value for _, value in forms.display(form, {"a": someone.pk, "b": 999})] == ["李敏", "#999"]
