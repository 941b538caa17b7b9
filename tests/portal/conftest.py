"""A customer's browser, and a picture from a phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image


@pytest.fixture
def stranger() -> Client:
    """Somebody without an account."""
    return Client(headers={"Accept-Language": "zh-CN"})


@pytest.fixture
def photo() -> Callable[..., Any]:
    """`photo("a.png")`: an upload; another colour for another name."""

    def make(name: str = "电梯.png") -> SimpleUploadedFile:
        content = io.BytesIO()
        Image.new("RGB", (8, 8), (sum(name.encode()) % 255, 20, 30)).save(content, "PNG")
        return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")

    return make
