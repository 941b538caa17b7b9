"""A page says what it demands, and nobody else gets in."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver

from tests.kit import people
from tests.ui.conftest import HTMX, IN_DRAWER
from zhize import ui
from zhize.ui import routes
from zhize.ui.views import GuardedView


class TestADeclaration:
    def test_must_say_one_thing(self) -> None:
        with pytest.raises(TypeError):
            routes.declare("x")
        with pytest.raises(TypeError):
            routes.declare("x", capability="ui.gallery", public=True)

    def test_is_found_on_functions_and_classes(self) -> None:
        @ui.page(login=True)
        def one(request: HttpRequest) -> HttpResponse:
            return HttpResponse()

        class Two(GuardedView):
            public = True

        assert routes.access_of(one).kind == "login"
        assert routes.access_of(Two.as_view()).kind == "public"

    def test_is_there_for_every_page_of_the_kit(self) -> None:
        ours = [route for route in routes.walk(get_resolver()) if route.name.startswith("ui:")]
        assert len(ours) > 10
        assert [route.name for route in ours if route.access is None] == []


class TestAStranger:
    def test_is_sent_to_the_login_with_the_way_back(self, db: Any) -> None:
        answer = Client().get("/ui/gallery/?a=1")
        assert answer.status_code == 302
        assert answer["Location"].endswith("?next=%2Fui%2Fgallery%2F%3Fa%3D1")

    def test_gets_the_ended_session_signal_inside_a_page(self, db: Any) -> None:
        answer = Client().get("/ui/bell/", headers=HTMX)
        assert answer.status_code == 401
        assert answer["HX-Reswap"] == "none"
        assert "ui:session-ended" in answer["HX-Trigger"]


class TestSomebodyWithoutTheCapability:
    def test_gets_the_refusal_in_the_frame(self, db: Any) -> None:
        client = Client()
        client.force_login(people.somebody({}), backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get("/ui/gallery/")
        assert answer.status_code == 403
        assert "您的岗位没有这项权限" in answer.content.decode()
        assert 'id="main"' in answer.content.decode()

    def test_gets_it_inside_the_drawer_when_opened_there(self, db: Any) -> None:
        client = Client()
        client.force_login(people.somebody({}), backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get("/ui/gallery/form/", headers=IN_DRAWER)
        assert answer.status_code == 403
        assert "drawer-head" in answer.content.decode()
        assert "<html" not in answer.content.decode()


class TestAMethod:
    def test_that_is_not_declared_is_refused(self, client: Client) -> None:
        assert client.get("/ui/draft/").status_code == 405
        assert client.post("/ui/bell/").status_code == 405


class TestAnAnswer:
    def test_is_a_page_a_fragment_or_drawer_content(self, client: Client) -> None:
        whole = client.get("/ui/gallery/form/").content.decode()
        drawer = client.get("/ui/gallery/form/", headers=IN_DRAWER).content.decode()
        part = client.get("/ui/gallery/form/", headers={**HTMX, "HX-Target": "div#else"}).content.decode()
        assert whole.lstrip().startswith("<!doctype html>")
        assert "drawer-head" in drawer and "<html" not in drawer
        assert "drawer-head" not in part and "<html" not in part

    def test_differs_by_what_asked_for_it(self, client: Client) -> None:
        vary = client.get("/ui/gallery/")["Vary"]
        assert "HX-Request" in vary and "HX-Target" in vary
