"""Visit plans through the API: what the page can do, with the same rights and scope."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domains.shifts.kit import api
from tests.domains.visits.test_sampling import at, draw, settle
from tests.kit.cast import Cast


@pytest.mark.req("VIS-04", "VIS-05", "ORG-31")
def test_a_plan_is_drawn_visited_and_mended_through_the_api(cast: Cast) -> None:
    with at(date(2026, 1, 10)):
        settle(cast, "A", 12)
        boss, mine, other = api("wangfang"), api("chenjing"), api("qianjin")
        holder = cast.people["chenjing"].pk
        made = boss.post("/visit-plans", {"sample": "court_visits", "holder": holder}, key="1")
        assert made.status_code == 201, made.content
        plan = made.json()
        again = boss.post("/visit-plans", {"sample": "court_visits", "holder": holder}, key="2")
        assert again.status_code == 422
        assert boss.post("/visit-plans", {"sample": "nothing"}, key="3").status_code == 422
        page = f"/visit-plans/{plan['id']}"
        homes = mine.get(f"{page}/homes", stage="planned").json()["items"]
        assert len(homes) == plan["quota"]
        first, second = (f"/sampled-homes/{row['id']}" for row in homes[:2])
        assert mine.post(f"{first}/visit", {"means": "door", "satisfaction": 9}, key="4").status_code == 422
        assert (
            mine.post(f"{first}/visit", {"means": "door", "satisfaction": 5}, key="5").json()["stage"]
            == "visited"
        )
        mended = {"means": "phone", "satisfaction": 3, "reason": "记错了"}
        assert mine.post(f"{first}/correct", mended, key="5a").json()["satisfaction"] == 3
        assert other.post(f"{first}/correct", mended, key="5b").status_code in {403, 404}
        swapped = mine.post(f"{second}/replace", {"reason": "三次无人"}, key="6").json()
        assert swapped["stage"] == "planned"
        seen = mine.get(page).json()
        assert (seen["visited"], seen["replaced"]) == (1, 1)
        code = seen["strata"][0]["code"]
        told = mine.post(f"{page}/measures", {"stratum": code, "measure": "增加周末回访"}, key="7").json()
        assert told["strata"][0]["measure"] == "增加周末回访"
        # The other centre sees and does nothing.
        assert other.get(page).status_code in {403, 404}
        assert other.post(f"{first}/replace", {"reason": "x"}, key="8").status_code in {403, 404}


@pytest.mark.req("VIS-05")
def test_what_the_service_refuses_is_no_server_error(cast: Cast) -> None:
    with at(date(2026, 1, 10)):
        settle(cast, "A", 4)
        home = draw(cast).homes.filter(stage="planned").first()
        assert home is not None
        answer = api("chenjing").post(
            f"/sampled-homes/{home.pk}/visit", {"means": "pigeon", "satisfaction": 5}, key="1"
        )
        assert answer.status_code == 422
