"""Every walk of every shipped pack, played with the real services under a simulated clock."""

from __future__ import annotations

import pytest

from tests.industries import walking
from zhize.kernel.packs import loader

WALKS = [
    pytest.param(name, walk.code, id=f"{name}/{walk.code}")
    for name in loader.shipped()
    for walk in loader.load(loader.find(name)).items("walks")
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "code"), WALKS)
def test_walk(name: str, code: str) -> None:
    pack = loader.load(loader.find(name))
    walking.play(walking.build(pack, pack.get("walks", code)))
