"""What an entry keeps reads the same from the database as it did when it was recorded."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext_lazy

from zhize.kernel.clocks.models import Outcome
from zhize.kernel.history.services import plain
from zhize.kernel.org.models import Unit
from zhize.lib.text import Text

MOMENT = datetime(2026, 3, 2, 9, 0, 1, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"a": None, "b": True, "c": 7, "d": "甲"}, {"a": None, "b": True, "c": 7, "d": "甲"}),
        ({"at": MOMENT, "on": date(2026, 3, 2)}, {"at": "2026-03-02T09:00:01.123Z", "on": "2026-03-02"}),
        (
            {"t": Text("到期", "due"), "n": [Text("一")]},
            {"t": {"zh": "到期", "en": "due"}, "n": [{"zh": "一", "en": ""}]},
        ),
        ({"pair": (1, {"x": (2, MOMENT)})}, {"pair": [1, {"x": [2, "2026-03-02T09:00:01.123Z"]}]}),
        ({1: "one", "deep": {2: Decimal("1.50")}}, {"1": "one", "deep": {"2": "1.50"}}),
        ({"state": Outcome.MET, "late": 1.5}, {"state": "met", "late": 1.5}),
        ({"said": gettext_lazy("甲乙丙丁")}, {"said": "甲乙丙丁"}),
        (
            {"unit": Unit(pk=3, name="中心")},
            {"unit": {"model": "org.unit", "id": 3, "label": str(Unit(pk=3, name="中心"))}},
        ),
    ],
)
def test_every_kind_of_value_is_kept_as_json_keeps_it(given: Any, kept: Any) -> None:
    found = plain(given)
    assert found == kept
    assert json.loads(json.dumps(found)) == found
    assert type(found.get("state", "")) is str


def test_what_is_kept_is_not_what_was_handed_in() -> None:
    given = {"label": {"zh": "甲"}, "list": [1]}
    found = plain(given)
    given["label"]["zh"], given["list"][0] = "乙", 2  # type: ignore[index]
    assert found == {"label": {"zh": "甲"}, "list": [1]}
