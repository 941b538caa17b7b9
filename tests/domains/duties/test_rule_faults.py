"""What is refused in a rule because it could never be met."""

from __future__ import annotations

import json

import pytest

from zhize.domains.duties.pack import RecurringSpec


@pytest.mark.parametrize("times", [{"at": "06:00"}, {"times": ["06:00", "23:00"]}])
def test_a_rule_that_may_not_be_done_before_it_is_due_is_refused(times: dict[str, object]) -> None:
    rule = {"every": "day", "due": "on", **times}
    assert RecurringSpec.model_validate_json(json.dumps({**rule, "not_before": "05:00"}))
    with pytest.raises(ValueError, match="not_before"):
        RecurringSpec.model_validate_json(json.dumps({**rule, "not_before": "22:00"}))
