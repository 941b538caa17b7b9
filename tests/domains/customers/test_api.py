"""Customers and premises through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.domains.customers.conftest import Cast, person, position
from tests.rest.kit import ApiClient
from zhize.domains.customers import services as customers
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import history
from zhize.kernel.access import Actor, Scope
from zhize.kernel.accounts.models import User

New = Callable[..., Customer]


def user(somebody: Any) -> User:
    return User.objects.get_or_create(person=somebody, defaults={"login": f"u{somebody.pk}"})[0]


@pytest.fixture
def api(cast: Cast) -> ApiClient:
    return ApiClient(user(cast.a.lead))


@pytest.fixture
def stranger_api(cast: Cast) -> ApiClient:
    return ApiClient(user(cast.b.lead))


class TestCustomers:
    @pytest.mark.req("CUS-02")
    def test_an_owner_is_recorded_with_what_the_kind_asks_for(self, api: ApiClient, room: Premises) -> None:
        body: dict[str, Any] = {
            "kind": "owner",
            "name": "王丽",
            "phones": ["１３７００００１１１１"],
            "answers": {"pets": 1},
        }
        refused = api.post("/customers", body)
        assert refused.status_code == 422
        assert "premises" in refused.json()["errors"]
        made = api.post("/customers", {**body, "places": [{"premises": room.pk}]}, key="k1")
        assert made.status_code == 201
        answer = made.json()
        assert answer["phones"][0]["number"] == "137****1111"
        assert answer["places"][0]["address"] == "碧水园 3-2-301"
        assert answer["places"][0]["role"] == "owner"
        assert (
            api.post("/customers", {**body, "places": [{"premises": room.pk}]}, key="k1").json()["id"]
            == answer["id"]
        )
        assert Customer.objects.count() == 1

    def test_the_list_filters_like_the_screen(self, api: ApiClient, new_customer: New) -> None:
        first = new_customer("张建国", "13812342277", vip=True)
        new_customer("李明", "13900001111")
        assert [row["id"] for row in api.get("/customers", vip="true").json()["items"]] == [first.pk]
        assert [row["id"] for row in api.get("/customers", phone="+8613812342277").json()["items"]] == [
            first.pk
        ]
        assert [row["id"] for row in api.get("/customers", q="建国").json()["items"]] == [first.pk]
        assert api.get("/customers", kind="dragon").status_code == 422

    @pytest.mark.req("ORG-31", "CUS-10")
    def test_finding_shows_nobody_whom_the_caller_does_not_see(self, cast: Cast, new_customer: New) -> None:
        owner = new_customer("张建国", "13812342277")
        clerk = person("小周")
        grants = {Scope.UNIT: ["customer.create"], Scope.OWN: ["customer.view"]}
        position(cast.a.unit, "clerk", grants, clerk)
        found = ApiClient(user(clerk)).post("/customers/find", {"name": "张建国", "phone": "13812342277"})
        assert found.status_code == 404
        assert Customer.objects.get() == owner

    @pytest.mark.req("ORG-31")
    def test_the_sibling_centre_finds_nothing(self, stranger_api: ApiClient, new_customer: New) -> None:
        owner = new_customer("张建国", "13812342277")
        assert stranger_api.get(f"/customers/{owner.pk}").status_code == 404
        assert stranger_api.get("/customers").json()["items"] == []
        assert stranger_api.post(f"/customers/{owner.pk}/verbs/confirm", {}).status_code == 404

    @pytest.mark.req("CUS-10")
    def test_full_numbers_are_asked_for_and_recorded(
        self, api: ApiClient, cast: Cast, new_customer: New
    ) -> None:
        owner = new_customer("张建国", "13812342277")
        assert api.get(f"/customers/{owner.pk}").json()["phones"][0]["number"] == "138****2277"
        assert not history.timeline(owner).filter(verb="customer.read_in_full").exists()
        assert api.get(f"/customers/{owner.pk}", full="true").json()["phones"][0]["number"] == "13812342277"
        assert history.timeline(owner).filter(verb="customer.read_in_full").exists()
        reader = ApiClient(user(cast.a.reader))
        assert reader.get(f"/customers/{owner.pk}", full="true").status_code == 403

    def test_find_or_create(self, api: ApiClient) -> None:
        first = api.post("/customers/find", {"name": "张建国", "phone": "13812342277"})
        assert first.status_code == 201
        again = api.post("/customers/find", {"name": "张先生", "phone": "13812342277"})
        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])

    def test_a_change_with_an_old_version_is_refused(self, api: ApiClient, new_customer: New) -> None:
        owner = new_customer("张建国")
        changed = api.send("PATCH", f"/customers/{owner.pk}", {"name": "张建军", "version": owner.version})
        assert (changed.status_code, changed.json()["name"]) == (200, "张建军")
        stale = api.send("PATCH", f"/customers/{owner.pk}", {"name": "张建民", "version": owner.version})
        assert (stale.status_code, stale.json()["code"]) == (409, "outrun")

    def test_verbs(self, api: ApiClient, new_customer: New, room: Premises) -> None:
        owner = new_customer("张建国")
        path = f"/customers/{owner.pk}/verbs"
        assert api.post(f"{path}/confirm", {}).json()["confirmed_at"]
        assert api.post(f"{path}/grade", {"grade": "grade_a"}).json()["grade"] == "grade_a"
        assert api.post(f"{path}/touch", {"channel": "phone", "note": "问候"}).json()["last_touch_at"]
        assert api.post(f"{path}/add_phone", {"phone": "13812342277"}).json()["phones"]
        assert api.post(f"{path}/occupy", {"premises": room.pk, "role": "tenant"}).json()["places"]
        assert api.post(f"{path}/matter", {"title": "漏水"}).status_code == 200
        assert api.post(f"{path}/arrears", {}).status_code == 422
        assert (
            api.post(f"{path}/arrears", {"amount": "420.00", "as_of": "2026-03-01"}).json()["arrears_amount"]
            == "420.00"
        )
        assert api.post(f"{path}/close", {"note": "销户"}).status_code == 409
        assert api.post(f"{path}/fly", {}).status_code == 409
        verbs = [row["verb"] for row in api.get(f"/customers/{owner.pk}/timeline").json()]
        assert "customer.matter_recorded" in verbs

    def test_a_merged_entry_names_its_survivor(self, api: ApiClient, new_customer: New, lead: Actor) -> None:
        winner, loser = new_customer("张建国"), new_customer("张先生")
        customers.merge(actor=lead, winner=winner, loser=loser)
        answer = api.get(f"/customers/{loser.pk}").json()
        assert (answer["state"], answer["merged_into"]) == ("merged", winner.pk)


@pytest.mark.req("CUS-06")
class TestPremises:
    def test_a_room_is_added_and_listed_as_vacant_until_somebody_is_there(
        self, api: ApiClient, room: Premises, new_customer: New, lead: Actor
    ) -> None:
        made = api.post(
            "/premises", {"parent": room.parent_id, "kind": "room", "code": "302", "floor_area": "75.5"}
        )
        assert (made.status_code, made.json()["address"]) == (201, "碧水园 3-2-302")
        assert made.json()["area"]["name"] == "A苑"
        vacant = [row["address"] for row in api.get("/premises", vacant="true").json()["items"]]
        assert vacant == ["碧水园 3-2-302", "碧水园 3-2-301"]
        tie = customers.occupy(actor=lead, customer=new_customer("租客"), premises=room, role="tenant")
        assert [row["address"] for row in api.get("/premises", vacant="true").json()["items"]] == [
            "碧水园 3-2-302"
        ]
        shown = api.get(f"/premises/{room.pk}").json()
        assert (shown["occupied"], shown["occupants"][0]["name"]) == (True, "租客")
        left = api.post(f"/occupancies/{tie.pk}/vacate", {"last_day": "2020-01-01"})
        assert left.json()["occupied"] is False

    def test_a_sibling_sees_and_adds_nothing(self, stranger_api: ApiClient, room: Premises) -> None:
        assert stranger_api.get("/premises").json()["items"] == []
        assert stranger_api.get(f"/premises/{room.pk}").status_code == 404
        assert (
            stranger_api.post("/premises", {"parent": room.pk, "kind": "room", "code": "9"}).status_code
            == 404
        )
