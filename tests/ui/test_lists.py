"""Lists: filter, chips, order, pages, columns, export, bulk acts, saved views."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from tests.kit import people
from tests.ui.conftest import IN_DIALOG, IN_LIST
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.history.models import Entry
from zhize.ui import bulk, columns, export, html, selectors, services
from zhize.ui.models import SavedView

LIST = "/ui/gallery/list/"


def keys(answer: object) -> list[int]:
    return [int(key) for key in re.findall(r'data-row="(\d+)"', answer.content.decode())]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (html.person("何伟"), "何伟"),
        (html.person("何伟", unit="工程部"), "何伟 工程部"),
        (html.format_html('<a class="row-link" href="/cases/TS-1/">{}</a>', "TS-1"), "TS-1"),
        (html.state("处理中", "working"), "处理中"),
        (html.tags(["重大", "超时"]), "重大 超时"),
        (html.icon("check", label="已读"), "已读"),
        (html.format_html("{}{}{}", "甲", html.icon("arrow-right", label="合并到"), "乙"), "甲 合并到 乙"),
        (html.EMPTY, ""),
        (html.format_html("<b>{}</b>", "<span>3 < 4 & 5</span>"), "<span>3 < 4 & 5</span>"),
        ("<b>typed by somebody</b>", "<b>typed by somebody</b>"),
    ],
)
def test_an_export_holds_what_a_cell_says_and_no_markup(cell: str, said: str) -> None:
    assert columns.Html("cell", "", value=lambda row: cell).plain(None) == said
    assert columns.Tags("cell", "", value=lambda row: [cell, "x"]).plain(None) == f"{said}、x"


class TestAList:
    def test_shows_its_rows_in_the_default_order(self, client: Client, rows: list[Grant]) -> None:
        shown = keys(client.get(LIST))
        assert shown == sorted(shown, reverse=True)
        assert len(shown) == 20

    def test_filters_by_search_and_choice(self, client: Client, rows: list[Grant]) -> None:
        found = keys(client.get(LIST, {"q": "sample.0", "scope": "all"}))
        wanted = Grant.objects.filter(capability__contains="sample.0", scope="all").values_list(
            "pk", flat=True
        )
        assert set(found) == set(wanted)

    def test_says_what_is_filtered_with_a_way_out(self, client: Client, rows: list[Grant]) -> None:
        page = client.get(LIST, {"q": "sample", "scope": "all"}).content.decode()
        assert "chip-active" in page
        assert 'href="/ui/gallery/list/?scope=all"' in page

    def test_narrows_by_a_chip_and_counts_it(self, client: Client, rows: list[Grant]) -> None:
        page = client.get(LIST, {"chip": "mine"})
        assert all(key <= 6 for key in keys(page))

    def test_an_unknown_filter_sort_page_or_chip_changes_nothing(
        self, client: Client, rows: list[Grant]
    ) -> None:
        odd = {
            "sort": "position__unit__code",
            "page": "9" * 40,
            "size": "-3",
            "chip": "x",
            "scope": "nonsense",
        }
        answer = client.get(LIST, odd)
        assert answer.status_code == 200

    def test_goes_on_to_the_next_page(self, client: Client, rows: list[Grant]) -> None:
        first, second = keys(client.get(LIST)), keys(client.get(LIST, {"page": "2"}))
        assert not set(first) & set(second)
        assert len(first) + len(second) == Grant.objects.count()

    def test_says_that_nothing_matches(self, client: Client) -> None:
        assert "没有符合条件的内容" in client.get(LIST, {"q": "no such thing"}).content.decode()

    def test_answers_a_filter_with_the_list_alone_and_its_address(
        self, client: Client, rows: list[Grant]
    ) -> None:
        answer = client.get(LIST, {"q": "sample", "scope": "", "page": ""}, headers=IN_LIST)
        assert answer.content.decode().lstrip().startswith('<section id="list"')
        assert answer["HX-Push-Url"] == "/ui/gallery/list/?q=sample"

    def test_costs_the_same_however_many_rows_there_are(
        self, client: Client, rows: list[Grant], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client.get(LIST)  # what the frame keeps between requests is asked for once
        with CaptureQueriesContext(connection) as few:
            client.get(LIST, {"size": "3"})
        with django_assert_num_queries(len(few)):
            client.get(LIST, {"size": "20"})


class TestColumns:
    def test_are_those_the_person_chose(self, client: Client, user: User, rows: list[Grant]) -> None:
        sent = {"page": "ui:gallery-list", "columns": ["scope", "number", "nonsense"], "size": 50}
        assert client.post("/ui/setup/", sent, content_type="application/json").status_code == 204
        page = client.get(LIST).content.decode()
        heads = re.findall(r'<th scope="col" class="[^"]*"[^>]*>(?:<a[^>]*>)?([^<]+)', page)
        assert [head.strip() for head in heads] == ["范围", "编号"]
        assert len(keys(client.get(LIST))) == Grant.objects.count()

    def test_are_restored_by_choosing_none(self, client: Client, user: User, rows: list[Grant]) -> None:
        actor = people.actor(user)
        services.set_up_list(actor=actor, page="ui:gallery-list", columns=["scope"])
        services.set_up_list(actor=actor, page="ui:gallery-list", columns=[])
        assert "负责人" in client.get(LIST).content.decode()


class TestExport:
    def test_holds_exactly_what_is_filtered_and_is_logged(
        self, client: Client, user: User, rows: list[Grant]
    ) -> None:
        answer = client.get(LIST, {"q": "sample", "scope": "own", "export": "xlsx"})
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        lines = book.get_sheet_by_index(0).to_python()
        assert len(lines) == 1 + Grant.objects.filter(capability__contains="sample", scope="own").count()
        entry = Entry.objects.get(verb="list.exported")
        assert entry.data["rows"] == len(lines) - 1
        assert "scope=own" in entry.data["query"]
        assert entry.person_id == user.person_id

    def test_is_csv_that_spreadsheets_read(self, client: Client, rows: list[Grant]) -> None:
        content = b"".join(client.get(LIST, {"export": "csv"}).streaming_content)
        assert content.startswith(b"\xef\xbb\xbf")
        assert "编号" in content.decode("utf-8-sig").splitlines()[0]

    def test_never_shows_what_the_screen_masks(self, client: Client, rows: list[Grant]) -> None:
        content = b"".join(client.get(LIST, {"export": "csv"}).streaming_content).decode()
        assert "138****" in content
        assert not re.search(r"1380013\d{4}", content)

    def test_of_another_kind_is_not_found(self, client: Client) -> None:
        assert client.get(LIST, {"export": "exe"}).status_code == 404

    def test_is_never_cut_off_silently(
        self, client: Client, rows: list[Grant], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export, "LIMIT", 1)
        answer = client.get(LIST, {"export": "csv"})
        assert answer.status_code == 422
        assert not Entry.objects.filter(verb="list.exported").exists()


class TestABulkAct:
    def test_asks_first_with_its_form(self, client: Client, rows: list[Grant]) -> None:
        answer = client.get(LIST, {"_bulk": "assign", "ids": [rows[0].pk, rows[1].pk]}, headers=IN_DIALOG)
        page = answer.content.decode()
        assert page.count('name="ids"') == 2
        assert "textarea" in page

    def test_reports_per_row_what_was_refused(self, client: Client, rows: list[Grant]) -> None:
        chosen = [row.pk for row in rows[:6]]
        answer = client.post(LIST, {"_bulk": "assign", "ids": chosen, "note": "请看"}, headers=IN_DIALOG)
        page = answer.content.decode()
        refused = [key for key in chosen if key % 3 == 0]
        assert f"{len(chosen) - len(refused)} 项已办理" in page
        assert page.count("这件已经关闭，不能再派。") == len(refused)
        assert "ui:done" in answer["HX-Trigger"]

    def test_with_a_wrong_form_does_nothing(self, client: Client, rows: list[Grant]) -> None:
        answer = client.post(LIST, {"_bulk": "assign", "ids": [rows[0].pk], "note": ""}, headers=IN_DIALOG)
        assert answer.status_code == 422

    def test_may_take_everything_that_is_filtered(self, client: Client, rows: list[Grant]) -> None:
        address = f"{LIST}?q=sample"
        answer = client.post(address, {"_bulk": "close", "all": "1"}, headers=IN_DIALOG)
        wanted = [row.pk for row in rows if row.pk % 3]
        assert f"{len(wanted)} 项已办理" in answer.content.decode()

    @pytest.mark.parametrize("everything", [True, False])
    def test_says_when_more_was_chosen_than_goes_at_once(
        self, client: Client, rows: list[Grant], monkeypatch: pytest.MonkeyPatch, everything: bool
    ) -> None:
        chosen: dict[str, Any] = {"all": "1"} if everything else {"ids": [row.pk for row in rows[:3]]}
        fits = client.get(LIST, {"_bulk": "close", **chosen}, headers=IN_DIALOG).content.decode()
        monkeypatch.setattr(bulk, "LIMIT", 2)
        cut = client.get(LIST, {"_bulk": "close", **chosen}, headers=IN_DIALOG).content.decode()
        assert ("一次最多办理 2 项" in cut, "一次最多" in fits) == (True, False)
        assert cut.count('name="ids"') == (0 if everything else 2)

    def test_that_nobody_declared_is_not_found(self, client: Client) -> None:
        assert client.post(LIST, {"_bulk": "erase", "ids": ["1"]}).status_code == 404

    @pytest.mark.parametrize("odd", ["abc", "-1", "9" * 30, "１"])
    def test_ignores_odd_keys(self, client: Client, odd: str) -> None:
        answer = client.post(LIST, {"_bulk": "close", "ids": [odd]}, headers=IN_DIALOG)
        assert answer.status_code == 200


class TestASavedView:
    def test_brings_its_filters_back(self, client: Client, user: User, rows: list[Grant]) -> None:
        client.post(
            "/ui/views/new/",
            {
                "name": "我的样本",
                "shared": "private",
                "page": "ui:gallery-list",
                "query": "scope=own&q=sample",
            },
        )
        view = SavedView.objects.get()
        found = keys(client.get(LIST, {"view": str(view.pk)}))
        wanted = Grant.objects.filter(scope="own", capability__contains="sample").values_list("pk", flat=True)
        assert set(found) == set(wanted)

    def test_as_default_is_used_first_and_can_be_left(
        self, client: Client, user: User, rows: list[Grant]
    ) -> None:
        services.save_view(
            actor=people.actor(user), page="ui:gallery-list", name="own", query="scope=own", is_default=True
        )
        assert len(keys(client.get(LIST))) == Grant.objects.filter(scope="own").count()
        assert len(keys(client.get(LIST, {"view": "0"}))) == 20

    def test_as_default_fills_the_further_filters_too(
        self, client: Client, user: User, rows: list[Grant]
    ) -> None:
        services.save_view(
            actor=people.actor(user), page="ui:gallery-list", name="d", query="position=desk", is_default=True
        )
        chosen = re.compile(r'<option value="desk"[^>]* selected')
        assert chosen.search(client.get(LIST, {"_more": "1"}).content.decode())
        assert not chosen.search(client.get(LIST, {"view": "0", "_more": "1"}).content.decode())

    def test_of_another_person_is_invisible_until_shared(self, client: Client, user: User) -> None:
        other = people.actor(people.somebody({"ui.share_views": "all"}))
        mine = people.actor(user)
        private = services.save_view(actor=other, page="x", name="a", query="")
        shared = services.save_view(actor=other, page="x", name="b", query="", shared="all")
        seen = {view.pk for view in selectors.views_for(mine, "x")}
        assert seen == {shared.pk}
        assert client.post(f"/ui/views/{private.pk}/delete/").status_code == 404

    def test_is_shared_with_all_only_with_the_right(self, client: Client) -> None:
        sent = {"name": "x", "shared": "all", "page": "p", "query": ""}
        assert client.post("/ui/views/new/", sent).status_code == 422
        assert not SavedView.objects.exists()

    def test_of_the_unit_is_seen_in_the_unit(self, user: User) -> None:
        centre = people.unit()
        one, two = people.somebody({}, centre), people.somebody({}, centre)
        view = services.save_view(actor=people.actor(one), page="x", name="a", query="", shared="unit")
        assert [each.pk for each in selectors.views_for(people.actor(two), "x")] == [view.pk]
        assert not selectors.views_for(people.actor(user), "x").exists()
