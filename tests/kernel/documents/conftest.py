from __future__ import annotations

import pytest

from zhize.kernel.documents import fonts


@pytest.fixture
def chinese_font() -> str:
    """The family that Chinese is printed in; the tests that look at it need one."""
    families = fonts.families()
    if not families:
        pytest.skip("no Chinese font: set-up has not copied it yet (make assets)")
    return families[0]
