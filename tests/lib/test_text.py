from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from zhize.lib.text import Text, fold_script, to_simplified, to_traditional


class Labelled(BaseModel):
    label: Text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-hans", "职位说明书"),
        ("zh-CN", "职位说明书"),
        ("zh", "职位说明书"),
        ("zh-hant", "職位說明書"),
        ("zh_TW", "職位說明書"),
        ("zh-hk", "職位說明書"),
        ("en", "Position sheet"),
        ("en-us", "Position sheet"),
        ("de", "Position sheet"),
    ],
)
def test_a_text_speaks_each_language(language: str, expected: str) -> None:
    assert Text("职位说明书", "Position sheet").in_language(language) == expected


def test_a_missing_translation_falls_back_to_chinese() -> None:
    assert Text("受理").in_language("en") == "受理"
    assert str(Text("受理", "Accept")) == "受理"
    assert not Text("")


def test_places_are_filled_in_both_languages() -> None:
    state = Text("处理中", "In progress")
    assert Text("{who}:{state}", "{who}: {state}").format(who="陈静", state=state) == Text(
        "陈静:处理中", "陈静: In progress"
    )


def test_pydantic_reads_a_pair_and_refuses_other_keys() -> None:
    assert Labelled.model_validate({"label": {"zh": " 投诉 ", "en": "Complaint"}}).label == Text(
        "投诉", "Complaint"
    )
    assert Labelled(label=Text("投诉", "Complaint")).model_dump() == {
        "label": {"zh": "投诉", "en": "Complaint"}
    }
    with pytest.raises(ValidationError):
        Labelled.model_validate({"label": {"zh": "投诉", "en": "Complaint", "de": "Beschwerde"}})
    with pytest.raises(ValidationError):
        Labelled.model_validate({"label": {"en": "Complaint"}})


def test_of_reads_what_as_dict_wrote() -> None:
    text = Text("投诉", "Complaint")
    assert Text.of(text.as_dict()) == text
    assert Text.of(text) is text
    assert Text.of("QQ") == Text("QQ", "QQ")


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("報修記錄表", "报修记录表"),
        ("有償", "有偿"),
        ("認定單", "认定单"),
        ("頭髮", "头发"),
        ("皇后", "皇后"),
        ("乾淨", "干净"),
        ("交接班簽收", "交接班签收"),
        ("標籤", "标签"),
        ("工作臺", "工作台"),
    ],
)
def test_traditional_becomes_simplified(traditional: str, simplified: str) -> None:
    assert to_simplified(traditional) == simplified
    assert to_traditional(simplified) == traditional


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("乾隆皇后發票頭髮里面裡")), max_size=40))
def test_folding_keeps_length_and_pieces(text: str) -> None:
    folded = fold_script(text)
    assert len(folded) == len(text)
    assert folded == "".join(fold_script(character) for character in text)
    assert fold_script(folded) == folded
