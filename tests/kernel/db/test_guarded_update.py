"""Of two people who change the same row, the slower one is told."""

from __future__ import annotations

import pytest

from tests.kit import people
from zhize.kernel.db import Outrun, guarded_update
from zhize.kernel.org.models import Unit


@pytest.mark.django_db
def test_the_second_writer_is_outrun_and_changes_nothing() -> None:
    first = people.unit("甲")
    second = Unit.objects.get(pk=first.pk)
    guarded_update(first, name="乙")
    with pytest.raises(Outrun):
        guarded_update(second, name="丙")
    assert Unit.objects.get(pk=first.pk).name == "乙"


@pytest.mark.django_db
def test_a_write_counts_the_version_up_and_respects_what_was_expected() -> None:
    unit = people.unit("甲")
    before = unit.version
    guarded_update(unit, expect={"active": True}, active=False)
    assert unit.version == before + 1
    with pytest.raises(Outrun):
        guarded_update(unit, expect={"active": True}, name="丁")
