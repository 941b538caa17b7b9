"""Every walk of every shipped pack, played with the real services under a simulated clock.

What a walk proves stands in the walk (`proves`), where the traceability page finds it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.industries import walking
from zhize.kernel.packs import loader


def _walks() -> list[Any]:
    return [
        pytest.param(name, walk.code, id=f"{name}/{walk.code}")
        for name in loader.shipped()
        for walk in loader.load(loader.find(name)).items("walks")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "code"), _walks())
def test_walk(name: str, code: str) -> None:
    pack = loader.load(loader.find(name))
    walking.play(walking.build(pack, pack.get("walks", code)))
