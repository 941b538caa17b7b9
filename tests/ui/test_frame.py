"""The frame: preferences, acting position, bell, palette, navigation, components."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from tests.kit import people
from zhize.kernel.accounts.models import User
from zhize.kernel.org.models import Appointment
from zhize.ui import errors, links, nav


@pytest.mark.django_db
def test_the_page_of_an_error_has_its_frame_before_anybody_knows_who_acts(user: User) -> None:
    request = RequestFactory().get("/")
    request.user = user
    assert 'id="session-ended"' in errors.answer(request, 500).content.decode()


class TestPreferences:
    def test_are_kept_with_the_login(self, client: Client, user: User) -> None:
        client.post("/ui/preferences/", {"theme": "dark", "density": "compact"})
        user.refresh_from_db()
        assert (user.theme, user.density) == ("dark", "compact")
        page = client.get("/ui/gallery/").content.decode()
        assert 'data-bs-theme="dark"' in page and 'data-density="compact"' in page

    def test_the_language_also_holds_for_what_the_person_is_told(self, client: Client, user: User) -> None:
        client.post("/ui/preferences/", {"language": "en"})
        user.refresh_from_db()
        assert user.person is not None
        assert (user.language, user.person.language) == ("en", "en")

    def test_take_only_what_exists(self, client: Client, user: User) -> None:
        client.post("/ui/preferences/", {"theme": "neon", "language": "tlh"})
        user.refresh_from_db()
        assert (user.theme, user.language) == ("auto", "")

    def test_turn_the_language(self, client: Client) -> None:
        client.post("/ui/preferences/", {"language": "en"})
        page = client.get("/ui/gallery/list/").content.decode()
        assert '<html lang="en"' in page and "More filters" in page
        client.post("/ui/preferences/", {"language": "zh-hant"})
        assert "更多篩選" in client.get("/ui/gallery/list/").content.decode()

    def test_lead_back_only_to_us(self, client: Client) -> None:
        answer = client.post("/ui/preferences/", {"language": "en", "next": "https://evil.example/"})
        assert answer["Location"] == "/"


class TestTheActingPosition:
    def test_is_chosen_among_those_held(self, client: Client, user: User) -> None:
        absent = people.person("李敏")
        second = people.position(people.unit(), name="前台接待员")
        Appointment.objects.create(
            person=user.person, position=second, from_on=date(2020, 1, 1), kind="acting", on_behalf_of=absent
        )
        page = client.get("/ui/gallery/").content.decode()
        assert "代 李敏" in page
        client.post("/ui/position/", {"position": second.pk})
        assert "前台接待员（代 李敏）" in client.get("/ui/gallery/").content.decode()

    def test_that_is_not_held_is_not_found(self, client: Client) -> None:
        other = people.position(people.unit())
        assert client.post("/ui/position/", {"position": other.pk}).status_code == 404


class TestTheScriptsTexts:
    def test_come_in_the_language_of_the_page(self, client: Client) -> None:
        page = client.get("/ui/gallery/").content.decode()
        assert "\\u8fd8\\u5269 {span}" in page  # 还剩
        client.post("/ui/preferences/", {"language": "en"})
        assert "{span} left" in client.get("/ui/gallery/").content.decode()


class TestNavigation:
    @pytest.fixture(autouse=True)
    def gallery(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The gallery stands in the menu, as it does where developers work."""
        monkeypatch.setattr(nav, "_ITEMS", dict(nav._ITEMS))
        nav.item("admin", "界面组件", "ui:gallery", "palette", "ui.gallery", order=95)

    def test_shows_only_what_may_be_opened(self, client: Client, user: User) -> None:
        actor = people.actor(user)
        request = RequestFactory().get("/ui/gallery/list/")
        request.actor = actor  # type: ignore[attr-defined]
        labels = {entry.url for _title, entries in nav.sections(request) for entry in entries}
        assert "/ui/gallery/" in labels
        request.actor = people.actor(people.somebody({}))  # type: ignore[attr-defined]
        assert "/ui/gallery/" not in {entry.url for _t, entries in nav.sections(request) for entry in entries}

    def test_marks_the_nearest_item(self, client: Client) -> None:
        page = client.get("/ui/gallery/list/").content.decode()
        assert re.search(r'class="nav-entry" href="/ui/gallery/" data-nav aria-current="page"', page)

    def test_refuses_an_unknown_section(self) -> None:
        with pytest.raises(ValueError, match="no navigation section"):
            nav.item("nowhere", "x", "ui:gallery", "x")

    def test_is_what_the_palette_offers(self, client: Client) -> None:
        offered = client.get("/ui/commands/").json()["commands"]
        assert "/ui/gallery/" in {command["url"] for command in offered}


class TestLinks:
    def test_know_where_a_row_is_shown(self, user: User) -> None:
        links.register("tests.thing", lambda key: f"/things/{key}/")
        assert links.url_for("tests.Thing", 4) == "/things/4/"
        assert links.url_for("tests.unknown", 4) == ""


class TestTheGallery:
    @pytest.mark.parametrize("language", ["zh-hans", "en", "zh-hant"])
    def test_renders_every_component(self, client: Client, language: str) -> None:
        client.post("/ui/preferences/", {"language": language})
        page = client.get("/ui/gallery/").content.decode()
        assert "<c-" not in page
        assert " style=" not in page
        assert "{{" not in page and "{%" not in page

    def test_names_only_icons_that_exist(self, client: Client) -> None:
        from pathlib import Path

        from zhize import ui

        known = set((Path(ui.__file__).parent / "icons.txt").read_text().split())
        used: set[str] = set()
        for address in ("/ui/gallery/", "/ui/gallery/list/", "/ui/gallery/form/"):
            used |= set(re.findall(r"icons\.svg#([\w-]+)", client.get(address).content.decode()))
        assert used <= known

    def test_bell_counts_nothing_at_first(self, client: Client) -> None:
        assert "bell-count" not in client.get("/ui/bell/").content.decode()

    def test_language_of_the_answer_does_not_leak(self, client: Client) -> None:
        client.post("/ui/preferences/", {"language": "en"})
        client.get("/ui/gallery/")
        with translation.override("zh-hans"):
            assert translation.gettext("受理") == "受理"
