from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from tests.kernel.forms.specs import choices, spec
from zhize.kernel import access, files, forms
from zhize.kernel.db import Invalid
from zhize.kernel.files import handles
from zhize.kernel.files.models import Blob
from zhize.kernel.org.models import Person
from zhize.lib import clock

access.system_actor("forms.trial", caps=[])

FORM = spec(
    {"code": "kind", "type": "choice", "choices": choices("noise", "leak"), "required": True},
    {
        "code": "floor",
        "type": "integer",
        "min": 1,
        "visible_if": {"field": "kind", "op": "is", "value": "leak"},
    },
    {"code": "times", "type": "multichoice", "choices": choices("day", "night")},
    {"code": "seen", "type": "boolean"},
    {"code": "at", "type": "datetime"},
    {"code": "phone", "type": "phone"},
    {"code": "cost", "type": "money", "visible_in": ["closed"]},
)


def test_a_page_gives_the_same_answers_and_faults_as_the_api() -> None:
    page = forms.build(
        FORM,
        state="new",
        data=QueryDict(
            "kind=leak&floor=3&times=day&times=night&seen=true&at=2026-03-02T09:00&phone=138 0000 1111"
        ),
    )
    assert page.is_valid()
    api: dict[str, Any] = {
        "kind": "leak",
        "floor": 3,
        "times": ["day", "night"],
        "seen": True,
        "at": "2026-03-02T01:00:00+00:00",
        "phone": "13800001111",
    }
    assert page.answers == forms.clean(FORM, api, state="new") == api
    wrong = forms.build(FORM, state="new", data=QueryDict("kind=leak&floor=0"))
    assert not wrong.is_valid()
    with pytest.raises(Invalid) as refused:
        forms.clean(FORM, {"kind": "leak", "floor": "0"}, state="new")
    assert {
        name: [str(text) for text in texts] for name, texts in refused.value.errors.items()
    } == wrong.errors


def test_the_page_has_the_fields_of_the_state_with_what_scripts_need() -> None:
    page = forms.build(FORM, state="new")
    assert "cost" not in page.fields
    assert "cost" in forms.build(FORM, state={"settled", "closed"}).fields
    html = page.as_p()
    condition = page.fields["floor"].widget.attrs["data-visible-if"]
    assert json.loads(condition) == {"field": "kind", "op": "is", "value": "leak"}
    assert 'type="datetime-local"' in html
    assert "选noise" in html
    with translation.override("en"):
        assert "Choose noise" in forms.build(FORM, state="new").as_p()


def test_kept_answers_fill_the_page_and_survive_a_round_trip() -> None:
    kept = {"kind": "leak", "floor": 3, "times": ["night"], "seen": False, "at": "2026-03-02T01:00:00+00:00"}
    page = forms.build(FORM, state="new", initial=kept)
    html = page.as_p()
    assert 'value="2026-03-02T09:00"' in html
    data = QueryDict(mutable=True)
    for name in page.fields:
        value = page.initial.get(name)
        data.setlist(name, value if isinstance(value, list) else [value] if value is not None else [])
    assert forms.build(FORM, state="new", data=data, initial=kept).is_valid()
    again = forms.build(FORM, state="new", data=data, initial=kept)
    assert again.is_valid()
    assert again.answers == kept


def test_files_and_drawn_signatures_survive_a_round_trip() -> None:
    form = spec({"code": "photos", "type": "file"}, {"code": "signed", "type": "signature"})
    kept = forms.clean(
        form,
        {
            "photos": [handles.make(7, "漏水.jpg")],
            "signed": {"name": "张三", "image": handles.make(9, "sign.png")},
        },
    )
    page = forms.build(form, initial=kept)
    data = QueryDict(mutable=True)
    assert "漏水.jpg" in page.as_p()
    data.setlist("photos", page.initial["photos"])
    data["signed"] = page.initial["signed"]
    again = forms.build(form, data=data, initial=kept)
    assert again.is_valid(), again.errors
    assert again.answers == kept


def test_defaults_fill_a_new_page_only() -> None:
    form = spec({"code": "a", "type": "text", "default": "x"})
    assert forms.build(form).initial == {"a": "x"}
    assert forms.build(form, initial={"b": 1}).initial == forms.build(form, initial={}).initial == {}
    told = spec({"code": "a", "type": "boolean", "default": True})
    assert "checked" in forms.build(told).as_p() or "selected" in forms.build(told).as_p()
    form = spec({"code": "a", "type": "date", "default": "today"})
    with clock.simulating(datetime(2026, 3, 2, 17, tzinfo=UTC)):
        assert forms.build(form, zone="Asia/Shanghai").initial == {"a": "2026-03-03"}
        assert forms.build(form, zone="Europe/London").initial == {"a": "2026-03-02"}
    assert forms.build(form, day=date(2026, 3, 1)).initial == {"a": "2026-03-01"}


def test_somebody_who_left_is_still_shown_as_chosen(db: None) -> None:
    gone = Person.objects.create(name="赵云", employee_no="7", active=False)
    form = spec({"code": "who", "type": "person"})
    page = forms.build(form, initial={"who": gone.pk})
    assert "赵云" in page.as_p()


def test_fields_come_in_sections() -> None:
    where = {"zh": "位置", "en": "Place"}
    form = spec(
        {"code": "a", "type": "text"},
        {"code": "b", "type": "text", "section": where},
        {"code": "c", "type": "text", "section": where},
    )
    assert [(name, [field.name for field in fields]) for name, fields in forms.build(form).sections()] == [
        ("", ["a"]),
        ("位置", ["b", "c"]),
    ]


def test_uploads_are_stored_and_survive_a_fault_elsewhere_in_the_form(db: None) -> None:
    form = spec({"code": "photos", "type": "file", "max": 3}, {"code": "count", "type": "integer"})
    upload = SimpleUploadedFile("漏水.txt", "三栋漏水".encode())
    page = forms.build(
        form,
        data=QueryDict("count=x"),
        files=MultiValueDict({"photos": [upload]}),
        keep=forms.keeper(access.system("forms.trial")),
    )
    assert set(page.errors) == {"count"}
    assert "漏水.txt" in page.as_p()
    [handle] = page["photos"].value()
    data = QueryDict(mutable=True)
    data.update({"count": "1", "photos": handle})
    again = forms.build(form, data=data, keep=forms.keeper(access.system("forms.trial")))
    assert again.is_valid(), again.errors
    [kept] = again.answers["photos"]
    assert kept["name"] == "漏水.txt"
    assert files.content(Blob.objects.get(pk=kept["blob"])) == "三栋漏水".encode()


def test_a_refused_upload_is_a_fault_of_its_field(db: None) -> None:
    form = spec({"code": "photos", "type": "file"})
    program = SimpleUploadedFile("x.exe", b"MZ\x90\x00" + b"\0" * 50)
    page = forms.build(
        form,
        data=QueryDict(""),
        files=MultiValueDict({"photos": [program]}),
        keep=forms.keeper(access.system("forms.trial")),
    )
    assert not page.is_valid()
    assert "程序" in page.errors["photos"][0]


COUNTS = spec(
    {"code": "vacant", "type": "integer"},
    {"code": "checked", "type": "integer", "at_most": ["vacant"]},
    {"code": "labour", "type": "money"},
    {"code": "parts", "type": "money"},
    {"code": "total", "type": "money", "sum_of": ["labour", "parts"]},
)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"vacant": "12", "checked": "12"}, set()),
        ({"vacant": "12", "checked": "13"}, {"checked"}),
        ({"checked": "13"}, set()),
        ({"labour": "80.50", "parts": "20", "total": "100.5"}, set()),
        ({"labour": "80.50", "total": "80.50"}, set()),
        ({"labour": "80.50", "parts": "20", "total": "100.51"}, {"total"}),
        ({"labour": "a lot", "total": "1"}, {"labour"}),
    ],
)
def test_numbers_are_measured_by_those_they_are_made_of(given: dict[str, str], wrong: set[str]) -> None:
    page = forms.build(COUNTS, state="", data=QueryDict("&".join(f"{k}={v}" for k, v in given.items())))
    page.is_valid()
    said: dict[str, Any] = {}
    try:
        forms.clean(COUNTS, given)
    except Invalid as refused:
        said = refused.errors
    assert set(page.errors) == set(said) == wrong


def test_a_number_that_others_are_measured_by_cannot_be_lowered_below_them() -> None:
    with translation.override("zh-hans"), pytest.raises(Invalid) as refused:
        forms.clean(COUNTS, {"vacant": 5}, before={"vacant": 9, "checked": 7})
    assert [str(text) for text in refused.value.errors["vacant"]] == [
        "“栏目checked”不能超过 栏目vacant（5）。"
    ]
