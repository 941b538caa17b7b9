"""A number far beyond the goal is asked about before it counts."""

from __future__ import annotations

import pytest

from tests.kit.cast import Cast
from zhize.domains.duties import services
from zhize.domains.duties.web.forms import FulfilForm
from zhize.lib.text import Text


@pytest.mark.req("DUT-08")
def test_far_more_than_owed_is_confirmed_first(cast: Cast) -> None:
    row = services.open_obligation(
        actor=cast.actor("liuqiang"), unit=cast.centre, title=Text("回访", "Call back"), quota=3,
        holder=cast.people["chenjing"], evidence={"kind": "count"},
    )  # fmt: skip
    assert FulfilForm({"count": "4"}, obligation=row).is_valid()
    slip = FulfilForm({"count": "99"}, obligation=row)
    assert not slip.is_valid() and set(slip.errors) == {"sure"}
    assert set(FulfilForm({"count": "9" * 5000}, obligation=row).errors) == {"count"}
    meant = FulfilForm({"count": "99", "sure": "on"}, obligation=row)
    assert meant.is_valid() and meant.cleaned_data == {"count": 99, "note": ""}
