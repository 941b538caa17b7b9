"""Units and people through the API."""

from __future__ import annotations

from typing import Any

from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Unit


def client(login: str) -> ApiClient:
    return ApiClient(User.objects.get(login=login))


def test_units_are_listed_found_and_read(cast: Cast) -> None:
    api = client("liuqiang")
    codes = [row["code"] for row in api.get("/units").json()["items"]]
    assert {"WY", "WY-A", "WY-B"} <= set(codes)
    (found,) = api.get("/units", q="碧水园").json()["items"]
    assert (found["id"], found["parent"], found["kind"]) == (cast.centre.pk, cast.company.pk, "centre")
    assert [row["code"] for row in api.get("/units", parent=cast.company.pk).json()["items"]] == [
        "WY-A",
        "WY-B",
    ]
    assert api.get(f"/units/{cast.centre.pk}").json()["name"] == "碧水园物业服务中心"
    assert api.get("/units/999999").status_code == 404


def test_people_come_with_the_positions_they_hold(cast: Cast) -> None:
    api = client("limin")
    people = {row["employee_no"]: row for row in api.get("/people", unit=cast.centre.pk).json()["items"]}
    assert "B01" not in people
    assert [held["code"] for held in people["A06"]["positions"]] == ["ambassador"]
    (found,) = api.get("/people", q="孙丽").json()["items"]
    assert api.get(f"/people/{found['id']}").json()["name"] == "孙丽"


def test_pages_follow_a_cursor_in_a_fixed_number_of_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        unit = Unit.objects.create(parent=cast.centre, code=f"N{number}", name=f"班组{number}")
        unit.path = f"{cast.centre.path}{unit.pk}/"
        unit.save()
    api = client("liuqiang")
    first = api.get("/units", limit=20).json()
    assert len(first["items"]) == 20
    with django_assert_max_num_queries(20):
        second = api.get(
            "/units", limit=20, cursor=first["next"] if "next" in first else first["next_cursor"]
        ).json()
    assert not {row["id"] for row in first["items"]} & {row["id"] for row in second["items"]}
