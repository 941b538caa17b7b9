"""Filters of the list of obligations offer, while somebody types, only what he may see (ORG-31)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.kit import people


@pytest.mark.django_db
@pytest.mark.req("ORG-31")
def test_a_filter_that_is_not_shown_or_asks_elsewhere_names_nobody() -> None:
    people.person("旁人", people.position(people.unit("别处")))
    client = Client()
    client.force_login(
        people.somebody({"obligation.view": "own"}, people.unit("本处")),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    def offered(name: str, text: str = "") -> list[str]:
        answer = client.get(reverse("duties:list"), {"_choices": name, "q": text})
        return [item["text"] for item in answer.json()["items"]]

    assert offered("unit") == offered("duty") == offered("nothing") == []
    assert offered("holder") == ["（岗位共同）"]
    assert offered("holder", "旁") == []
    assert offered("under") == ["本处"]
    assert offered("under", "\0别") == []
