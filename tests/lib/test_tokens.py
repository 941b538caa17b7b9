from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhize.lib.tokens import document_tokens, document_vector, fold, keys_text, query_tokens


def matches(document: str, query: str) -> bool:
    """What PostgreSQL itself says."""
    return vector_matches(document_vector(("D", document)), query_tokens(query))


def vector_matches(vector: str, query: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector, query])
        return bool(cursor.fetchone()[0])


def test_tokens_and_queries_are_readable() -> None:
    assert document_tokens("客服中心 TS-12") == [
        ("客", 1),
        ("客服", 1),
        ("服", 2),
        ("服中", 2),
        ("中", 3),
        ("中心", 3),
        ("心", 4),
        ("ts", 6),
        ("=12", 8),
    ]
    assert query_tokens("客服中") == "'客服' <1> '服中'"
    assert query_tokens("客服中心") == "'客服' <2> '中心'"
    assert query_tokens("電梯 3栋") == "'电梯' & '=3' <1> '栋'"
    assert query_tokens("138 0013 8000") == "'138' <3> '001' <3> '380' <2> '000'"
    assert query_tokens(" ,-' ") == ""
    assert document_vector(("A", "电梯"), ("D", "梯")) == "'梯':2A,4 '电':1A '电梯':1A"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("document", "query"),
    [
        ("三栋二单元电梯异响", "电梯"),
        ("三栋二单元电梯异响", "梯"),
        ("三栋二单元电梯异响", "二单元电梯"),
        ("三棟二單元電梯異響", "电梯异响"),
        ("三栋二单元电梯异响", "電梯異響"),
        ("乾隆年间的發票", "发票"),
        ("业主张建国反映漏水", "漏水 张建国"),
        ("投诉编号 TS-20260302-0001", "TS-20260302-0001"),
        ("投诉编号 TS-20260302-0001", "ts20260302"),
        ("投诉编号 TS-20260302-0001", "0302"),
        ("电话13800138000", "8001"),
        ("电话13800138000", "13800138000"),
        ("电话 138-0013-8000", "13800138000"),
        ("电话 138-0013-8000", "0013"),
        ("请回电 0755-26661234", "075526661234"),
        ("请回电 0755-26661234", "26661234"),
        ("四季花城一区 春华苑 3-2-201", "3-2-201"),
        ("四季花城一区 春华苑 3-2-201", "３－２－２０１"),
        ("四季花城一区 春华苑 3-2-201", "3 - 2 - 201"),
        ("四季花城一区 春华苑 3-2-201", "春华苑3-2-201"),
        ("四季花城一区 春华苑 3-2-201", "3栋2单元201"),
        ("四季花城一区 春华苑 3-2-201", "3栋2单元201室"),
        ("四季花城一区 春华苑 3-2-201", "三栋二单元201"),
        ("四季花城一区 春华苑 3-2-201", "春华苑三棟二單元201室"),
        ("四季花城一区 春华苑 3-2-201", "3号楼2单元"),
        ("四季花城一区 春华苑 3-2-201", "3栋201"),
        ("四季花城一区 春华苑 3-2-201", "2单元201"),
        ("四季花城一区 春华苑 3-2-201", "3-201"),
        ("四季花城一区 春华苑 3-2-201", "3-2"),
        ("四季花城一区 春华苑 3-2-201", "03-02-201"),
        ("碧水园 12-1-1002", "12-1-1002"),
        ("碧水园 12-1-1002", "十二栋1单元1002"),
        ("碧水园 A-1205", "A座1205"),
        ("碧水园 A-1205", "a-1205"),
        ("三栋二单元201的水管漏水", "3-2-201"),
        ("三栋二单元201的水管漏水", "3栋2单元201 漏水"),
        ("投诉编号 TS-20261123-0001", "1123-0001"),
        ("电话 13800138000", "138 0013"),
        ("电话 13800138000", "+86 138-0013-8000"),
        ("热线 400-123-4567", "400-123-4567"),
        ("3栋2单元301", "3栋2单元"),
        ("3栋2单元301", "301"),
        ("联系 Zhang.San@Example.com", "zhang.san@example.com"),
        ("联系 Zhang San", "zha"),
        ("\uff11\uff13\uff18\uff10\uff10\uff11\uff13\uff18\uff10\uff10\uff10", "0013"),
        ("C:\\temp it's 'quoted'", "it's"),
        ("𠮷野家", "𠮷野"),
        ("人々", "人々"),
    ],
)
def test_found(document: str, query: str) -> None:
    assert matches(document, query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("document", "query"),
    [
        ("三栋二单元电梯异响", "单梯"),
        ("电动 楼梯", "动楼"),
        ("3栋2单元", "2栋3单元"),
        ("四季花城一区 春华苑 3-2-201", "2-3-201"),
        ("四季花城一区 春华苑 3-2-201", "3-2-202"),
        ("四季花城一区 春华苑 13-2-201", "3-2-201"),
        ("四季花城一区 春华苑 3-2-201", "三栋一单元201"),
        ("13栋", "3栋"),
        ("电话13800138000", "8002"),
        ("电话13800138000", "138"),
        ("zhang", "hang"),
        ("漏水", "漏水 张建国"),
    ],
)
def test_not_found(document: str, query: str) -> None:
    assert not matches(document, query)


@pytest.mark.django_db
def test_phrases_stay_inside_their_part() -> None:
    vector = document_vector(("A", "电梯"), ("A", keys_text(["13800138000", "", "TS-1"])), ("D", "异响"))
    assert vector_matches(vector, query_tokens("电梯 异响 0013"))
    assert not vector_matches(vector, query_tokens("梯异"))
    assert vector_matches(vector, "'电梯':A")
    assert not vector_matches(vector, "'异响':A")


@pytest.mark.django_db
def test_very_long_texts_fit() -> None:
    text = "客户投诉电梯异响" * 5000 + "x" * 5000
    assert vector_matches(document_vector(("A", "标题"), ("D", text)), query_tokens("电梯异响"))
    assert query_tokens(text)


mixed = st.text(alphabet=st.sampled_from("电梯異响栋3单元元12789ab '\\-:&|!*()<>,\n\u3000客"), max_size=25)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet="电梯异响栋单元", min_size=1, max_size=12),
    st.text(alphabet="电梯异响栋单元", min_size=1, max_size=4),
)
def test_a_chinese_phrase_is_a_substring_test(document: str, query: str) -> None:
    assert matches(document, query) is (query in document)


@pytest.mark.django_db
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="0123", min_size=4, max_size=14), st.text(alphabet="0123", min_size=4, max_size=6))
def test_four_digits_are_a_substring_test(document: str, query: str) -> None:
    assert matches(document, query) is (query in document)


@pytest.mark.django_db
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(mixed, st.text(max_size=40)), st.one_of(mixed, st.text(max_size=40)))
def test_nothing_typed_is_a_syntax_error_and_a_text_finds_itself(document: str, query: str) -> None:
    asked = query_tokens(query)
    if asked:
        vector_matches(document_vector(("D", document)), asked)
    if query_tokens(document):
        assert matches(document, document)
        assert matches(f"前言 {document} 后记", document)


def test_folding_is_stable() -> None:
    assert fold("\uff34\uff33\uff0d電梯\x00") == "ts-电梯 "
