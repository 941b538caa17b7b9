from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from tests.kernel import small_world
from zhize.kernel import access, numbering
from zhize.kernel.access import Actor
from zhize.kernel.numbering.models import IssuedNumber

numbering.declare("files_paper", zh="单据", en="Paper", prefix="DJ", period="year", gapless=True)
access.system_actor("files.trial", caps=["number.view", "number.void"])


@pytest.fixture(autouse=True)
def store_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has a store of its own."""
    values = {name: getattr(settings.CONFIG, name) for name in settings.CONFIG.__dataclass_fields__}
    monkeypatch.setattr(
        settings, "CONFIG", SimpleNamespace(**{**values, "data_dir": tmp_path, "upload_limit_mb": 1})
    )
    return tmp_path


@pytest.fixture
def paper(db: None) -> IssuedNumber:
    """A row of unit A that people may be allowed to see."""
    unit = small_world.unit("A")
    return numbering.next_gapless("files_paper", actor=access.system("files.trial"), unit=unit)


@pytest.fixture
def insider(paper: IssuedNumber) -> Actor:
    assert paper.unit is not None
    held = small_world.position("desk", paper.unit, number_view="unit")
    return small_world.actor(small_world.person("李敏", held))


@pytest.fixture
def remover(paper: IssuedNumber) -> Actor:
    assert paper.unit is not None
    held = small_world.position("head", paper.unit, number_view="unit", file_remove="unit")
    return small_world.actor(small_world.person("王芳", held))


@pytest.fixture
def stranger(db: None) -> Actor:
    held = small_world.position("desk", small_world.unit("B"), number_view="unit", file_remove="unit")
    return small_world.actor(small_world.person("钱进", held))


@pytest.fixture
def request_for(rf: Any) -> Any:
    def make(actor: Actor, path: str = "/", **headers: str) -> Any:
        request = rf.get(path, headers=headers)
        request.actor = actor
        return request

    return make
