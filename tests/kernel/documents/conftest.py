from __future__ import annotations

import pytest

from zhize.kernel.documents import fonts


@pytest.fixture
def chinese_font() -> str:
    """The family that Chinese is printed in. Set-up copies it in, so its absence is a fault of set-up."""
    families = fonts.families()
    assert families, fonts.problem()
    return families[0]
