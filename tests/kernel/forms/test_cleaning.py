from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.kernel.forms.specs import choices, spec
from zhize.kernel import forms
from zhize.kernel.db import Invalid
from zhize.kernel.files import handles
from zhize.kernel.org.models import Person

DAY = date(2026, 3, 2)


def cleaned(field: dict[str, Any], raw: Any) -> Any:
    return forms.clean(spec({"code": "a", **field}), {"a": raw}, today=DAY)["a"]


@pytest.mark.parametrize(
    ("field", "raw", "kept"),
    [
        ({"type": "text"}, "  漏水  很严重\n ", "漏水 很严重"),
        ({"type": "paragraph"}, " 一\r\n二 ", "一\n二"),
        ({"type": "text"}, 305, "305"),
        ({"type": "integer"}, "１２", 12),
        ({"type": "integer"}, 12.0, 12),
        ({"type": "decimal"}, "3.5", "3.50"),
        ({"type": "decimal", "decimals": 1}, Decimal("3.50"), "3.5"),
        ({"type": "money"}, "¥1,200.50元", "1200.50"),
        ({"type": "date"}, "2026年3月2日", "2026-03-02"),
        ({"type": "date"}, "2026/3/2", "2026-03-02"),
        ({"type": "date"}, "20260302", "2026-03-02"),
        ({"type": "date"}, DAY, "2026-03-02"),
        ({"type": "date"}, "2026-03-02 00:00:00", "2026-03-02"),
        ({"type": "time"}, "9：05", "09:05"),
        ({"type": "datetime"}, "2026-03-02T17:30", "2026-03-02T09:30:00+00:00"),
        ({"type": "datetime"}, "2026年3月2日 17点30分", "2026-03-02T09:30:00+00:00"),
        ({"type": "datetime"}, "2026-03-02T17:30:00+00:00", "2026-03-02T17:30:00+00:00"),
        ({"type": "datetime"}, datetime(2026, 3, 2, 1, tzinfo=UTC), "2026-03-02T01:00:00+00:00"),
        ({"type": "choice", "choices": choices("x", "y")}, "y", "y"),
        ({"type": "choice", "choices": choices("x", "y")}, "选x", "x"),
        ({"type": "choice", "choices": choices("x", "y")}, "Choose y", "y"),
        ({"type": "multichoice", "choices": choices("x", "y", "z")}, ["z", "x"], ["x", "z"]),
        ({"type": "multichoice", "choices": choices("x", "y", "z")}, "选z、选x", ["x", "z"]),
        ({"type": "boolean"}, "是", True),
        ({"type": "boolean"}, "off", False),
        ({"type": "boolean"}, False, False),
        ({"type": "phone"}, "１３８ 0000 1111", "13800001111"),
        ({"type": "phone"}, "0755-26661234转8", "0755-26661234-8"),
        ({"type": "rating"}, "5", 5),
        ({"type": "signature"}, " 张 三 ", {"name": "张三"}),
        ({"type": "text", "pattern": "id_number"}, "11010519491231002x", "11010519491231002X"),
        ({"type": "text", "pattern": "plate"}, "粤b·12345", "粤B12345"),
        ({"type": "text", "pattern": "email"}, "li@example.com", "li@example.com"),
    ],
)
def test_what_people_type_becomes_one_json_value(field: dict[str, Any], raw: Any, kept: Any) -> None:
    assert cleaned(field, raw) == kept


@pytest.mark.parametrize(
    ("field", "raw", "said"),
    [
        ({"type": "text", "max_length": 3}, "一二三四", "最多 3 个字"),
        ({"type": "text", "min_length": 3}, "一二", "至少 3"),
        ({"type": "text"}, ["x"], "文字"),
        ({"type": "text"}, True, "文字"),
        ({"type": "file"}, 5, "再传一次"),
        ({"type": "datetime"}, "0001-01-01T00:00+14:00", "日期和时间"),
        ({"type": "integer"}, "十二个", "数字"),
        ({"type": "integer"}, 1.5, "整数"),
        ({"type": "integer"}, True, "数字"),
        ({"type": "integer"}, float("nan"), "数字"),
        ({"type": "integer"}, "9" * 30, "太大"),
        ({"type": "integer", "min": 1, "max": 9}, 0, "小于 1"),
        ({"type": "integer", "min": 1, "max": 9}, 10, "大于 9"),
        ({"type": "money"}, "-5", "负数"),
        ({"type": "money"}, "1.234", "2 位小数"),
        ({"type": "date"}, "2026-02-30", "日期"),
        ({"type": "date", "when": "past"}, "2026-03-03", "以后"),
        ({"type": "date", "when": "future"}, "2026-03-01", "以前"),
        ({"type": "datetime"}, "2026-03-02", "时间"),
        ({"type": "time"}, "25:00", "时间"),
        ({"type": "choice", "choices": choices("x")}, "q", "q"),
        ({"type": "choice", "choices": [{**choices("x")[0], "retired": True}]}, "x", "x"),
        ({"type": "choice", "choices": choices("x", "y")}, ["x", "y"], "一项"),
        ({"type": "multichoice", "choices": choices("x", "y", "z"), "max": 2}, "x,y,z", "最多 2"),
        ({"type": "boolean"}, "也许", "是"),
        ({"type": "phone"}, "一二三", "电话"),
        ({"type": "rating"}, 6, "大于 5"),
        ({"type": "rating"}, 0, "小于 1"),
        ({"type": "file"}, "12", "上传"),
        ({"type": "signature"}, {"name": "张三", "other": 1}, "签名"),
        ({"type": "text", "pattern": "id_number"}, "110105194912310021", "身份证"),
        ({"type": "text", "pattern": "postcode"}, "51800", "六位"),
        ({"type": "text", "pattern": "url"}, "javascript:alert(1)", "http"),
        ({"type": "person"}, "abc", "列表"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(field: dict[str, Any], raw: Any, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(field, raw)
    assert said in str(refused.value.errors["a"][0])


def test_all_faults_come_at_once_and_unknown_fields_are_faults() -> None:
    form = spec({"code": "a", "type": "integer"}, {"code": "b", "type": "text", "required": True})
    with pytest.raises(Invalid) as refused:
        forms.clean(form, {"a": "x", "nonsense": 1})
    assert set(refused.value.errors) == {"a", "b", "nonsense"}


def test_required_by_state_and_by_condition() -> None:
    form = spec(
        {"code": "leak", "type": "boolean"},
        {"code": "where", "type": "text", "required_if": {"field": "leak", "op": "is", "value": True}},
        {"code": "cause", "type": "text", "required_in": ["resolved"]},
    )
    assert forms.clean(form, {"leak": False}) == {"leak": False}
    with pytest.raises(Invalid) as refused:
        forms.clean(form, {"leak": True}, state={"fixed", "resolved"})
    assert set(refused.value.errors) == {"where", "cause"}


def test_a_field_hidden_by_a_condition_loses_its_answer_and_its_faults() -> None:
    form = spec(
        {"code": "kind", "type": "choice", "choices": choices("noise", "leak")},
        {
            "code": "floor",
            "type": "integer",
            "required": True,
            "visible_if": {"field": "kind", "op": "is", "value": "leak"},
        },
        {"code": "why", "type": "text", "visible_if": {"field": "floor", "op": "filled"}},
    )
    assert forms.clean(form, {"kind": "noise", "floor": "x", "why": "y"}) == {"kind": "noise"}
    assert forms.clean(form, {"kind": "leak", "floor": "3", "why": "y"}) == {
        "kind": "leak",
        "floor": 3,
        "why": "y",
    }


def test_a_field_of_another_state_cannot_be_answered_and_keeps_what_it_has() -> None:
    form = spec({"code": "a", "type": "text", "visible_in": ["new"]}, {"code": "b", "type": "text"})
    assert forms.clean(form, {"b": "2"}, state="working", before={"a": "1"}) == {"a": "1", "b": "2"}
    with pytest.raises(Invalid) as refused:
        forms.clean(form, {"a": "x", "b": "2"}, state="working", before={"a": "1"})
    assert "a" in refused.value.errors


def test_earlier_answers_stay_unless_mentioned() -> None:
    form = spec({"code": "a", "type": "text"}, {"code": "b", "type": "text"})
    assert forms.clean(form, {"b": ""}, before={"a": "1", "b": "2"}) == {"a": "1"}


def test_people_are_looked_up_together(db: None, django_assert_num_queries: Any) -> None:
    people = [Person.objects.create(name=name, employee_no=name) for name in ("李敏", "陈静")]
    form = spec(
        {"code": "a", "type": "person"}, {"code": "b", "type": "person"}, {"code": "c", "type": "person"}
    )
    with django_assert_num_queries(1):
        kept = forms.clean(form, {"a": str(people[0].pk), "b": people[1].pk})
    assert kept == {"a": people[0].pk, "b": people[1].pk}
    with pytest.raises(Invalid) as refused:
        forms.clean(form, {"c": 999_999_999})
    assert "c" in refused.value.errors


def test_files_come_by_ticket_and_nobody_can_make_one_up() -> None:
    form = spec({"code": "a", "type": "file", "max": 2})
    tickets = [handles.make(7, "漏水.jpg"), handles.make(8, "楼道.jpg")]
    kept = forms.clean(form, {"a": ",".join(tickets)})
    assert kept == {"a": [{"blob": 7, "name": "漏水.jpg"}, {"blob": 8, "name": "楼道.jpg"}]}
    with pytest.raises(Invalid):
        forms.clean(form, {"a": tickets[0][:-1] + ("A" if tickets[0][-1] != "A" else "B")})
