"""The grammar holds for trades it was not written from: hospital, hotel, bank, logistics, school, and more."""

from __future__ import annotations

import pytest

from tests.lib.jobtext.trades import TRADES, Reading
from zhize.lib.jobtext import duties

CLAUSES = [
    pytest.param(text, wanted, id=f"{trade}-{text[:14]}")
    for trade, found in TRADES.items()
    for text, wanted in found
]


@pytest.mark.parametrize(("text", "wanted"), CLAUSES)
def test_a_clause_is_read_as_a_careful_reader_does(text: str, wanted: Reading) -> None:
    read = [
        dict(duty.recurring) if duty.recurring else duty.trigger["target"]  # type: ignore[index]
        for duty in duties.of(text).duties
    ]
    assert read == wanted
