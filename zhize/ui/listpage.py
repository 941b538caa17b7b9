"""A list as a declaration: rows, columns, filters, chips, bulk acts, export. README.md shows one whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zhize.kernel import access
from zhize.kernel.db import Invalid, NotFound, marks
from zhize.lib import clock
from zhize.ui import bulk, export, forms, paging, rendering, services, table, words
from zhize.ui.bulk import BulkAction
from zhize.ui.columns import Column
from zhize.ui.filters import without
from zhize.ui.listparts import OWN, Act, Chip, Empty
from zhize.ui.listquery import ListQuery

WORD = "⟦word⟧"
"""Where the word that is searched for stands in fields that are kept."""

__all__ = ["Act", "Chip", "Empty", "ListPage", "list_url"]


class ListPage(ListQuery):
    """Base of every list. Declare `columns` and `rows`; the rest has defaults."""

    @cached_property
    def shown(self) -> list[Column]:
        """The columns in the order the person wants."""
        wanted = self.params.get("cols", "").split(",") if self.params.get("cols") else None
        wanted = wanted or (self.chosen_setup.columns if self.chosen_setup else None)
        by_name = {column.name: column for column in self.columns}
        chosen = [by_name[name] for name in wanted or () if name in by_name]
        return chosen or [column for column in self.columns if not column.hidden]

    def column_choices(self) -> list[tuple[Column, bool]]:
        shown = self.shown
        return [(column, True) for column in shown] + [
            (each, False) for each in self.columns if each not in shown
        ]

    @property
    def search_field(self) -> Any:
        return self.filterset.search_field() if self.filterset is not None else None

    def filter_fields(self) -> SafeString:
        """The fields of the filter bar; but for a word they are the same for a person on every such list."""
        key = self.actor.key if self.actor is not None and (self.is_plain or self.word) else None
        if key is None or not marks.is_reading():
            return self._fields(self.params.get(self.filters.search, "") if self.filters else "")
        fields = marks.kept(("filter fields", self.key, key, get_language()), lambda: self._fields(WORD))
        return SafeString(fields.replace(WORD, escape(self.word)))

    def _fields(self, word: str) -> SafeString:
        return SafeString(render_to_string("ui/list/fields.html", {"page": self, "word": word}))

    def tools(self) -> SafeString:
        """Saved views, columns and exports, made once for a person as long as he has the same."""
        views = tuple((view.pk, view.name, view.shared) for view in self.views)
        about = (self.saved and self.saved.pk, tuple(column.name for column in self.shown), self.size)

        def made() -> SafeString:
            values = {"page": self, "views": self.views, "saved": self.saved, "request": self.request}
            return SafeString(render_to_string("ui/list/tools.html", values))

        key = self.actor.key if self.actor is not None else None
        if key is None or not marks.is_reading():
            return made()
        return marks.kept(("list tools", self.key, key, get_language(), views, about), made)

    def kept_params(self) -> list[tuple[str, str]]:
        """Sort and chip, which the filter form carries along."""
        names = ("sort", "chip", "size", "cols")
        return [(name, value) for name in names if (value := self.params.get(name))]

    def kept_filters(self) -> list[tuple[str, str]]:
        """What the further filters say already, carried by the form until their menu is opened."""
        if self.filterset is None:
            return []
        names = set(self.filterset.more_names())
        return [
            (key, value)
            for key, values in self.params.lists()
            if key in names or key.rpartition("_")[0] in names
            for value in values
            if value
        ]

    def may_export(self) -> bool:
        return bool(self.export and self.actor and self.actor.may(self.export))

    def bulk_actions(self) -> list[BulkAction]:
        return [action for action in self.bulk if self.actor and self.actor.may(action.capability)]

    def chip_counts(self) -> dict[str, paging.Count]:
        """What stands behind each chip, by code; a list that can count all in one statement says so."""
        return {
            chip.code: paging.count(self.filtered.filter(chip.where(self)), self.count_cap)
            for chip in self.chips
            if chip.count
        }

    @cached_property
    def counted(self) -> dict[str, paging.Count]:
        return self.chip_counts()

    def number(self) -> paging.Count:
        """What stands behind the chip that is chosen, or behind none (""), was counted for the chips."""
        known = self.counted.get(self.chip.code if self.chip else "")
        page = paging.whole(self.params.get("page"), 1, 1, paging.MAX_OFFSET)
        if known is None or (known.capped and known.number < min(page * self.size + 1, self.count_cap)):
            return super().number()
        return known

    def chip_views(self) -> list[dict[str, Any]]:
        """The chips with count and address."""
        made = []
        counts = self.counted
        for chip in self.chips:
            current = self.chip is chip
            away = None if not self.default_chip else "all"
            made.append(
                {
                    "chip": chip,
                    "count": counts.get(chip.code),
                    "current": current,
                    "url": self.url(chip=away if current else chip.code, page=None, after=None, before=None),
                }
            )
        return made

    def active_filters(self) -> list[dict[str, Any]]:
        if self.is_plain or self.filterset is None:
            return []
        gone = dict.fromkeys(("page", "after", "before"))
        if self.word:
            search = self.filterset.search
            label, url = self.filterset.base_filters[search].label, self.url(**gone, **{search: None})
            return [{"label": label, "value": self.word, "url": url}]
        return [
            {"label": label, "value": value, "url": self.url(**gone, **dict.fromkeys(keys or (name,)))}
            for name, label, value, keys in self.filterset.active()
        ]

    # Answers ----------------------------------------------------------------

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export", "")
        if kind:
            return self.export_as(kind)
        action = self._asked_action(request.GET)
        if action is not None:
            return self._ask(action)
        if "_choices" in request.GET:
            named, text = request.GET["_choices"], request.GET.get("q", "")
            return JsonResponse({"items": self.filterset.offered(named, text) if self.filterset else []})
        if "_more" in request.GET:
            return rendering.fragment(request, "ui/list/more.html", {"page": self})
        values = self.context()
        if rendering.is_fragment(request) and rendering.target(request) == "list":
            response = rendering.fragment(request, "ui/list/region.html", values)
            response["HX-Push-Url"] = self.url()
            return response
        return rendering.render(request, self.template, values)

    def context(self) -> dict[str, Any]:
        shown = self.shown
        part = self.slice
        actions, chips = self.bulk_actions(), self.chip_views()
        lines = table.lines(self, shown, part.rows)
        return {
            "page": self,
            "title": self.title,
            "slice": part,
            "head_cells": table.head_cells(table.heads(self, shown)),
            "lines": lines,
            "body": table.body(lines, checks=bool(actions)),
            "summary": table.summary(self),
            "chips": chips,
            "chip_links": table.chips(chips),
            "active": self.active_filters(),
            "narrowed": self.is_narrowed(),
            "bulk_actions": actions,
            "head_acts": [table.act_html(act) for act in self.acts()],
            "previous_url": self.url(**part.previous) if part.previous else "",
            "next_url": self.url(**part.following) if part.following else "",
            "clear_url": f"{self.request.path}?view=0" if self._has_default_view() else self.request.path,
            "views": self.views,
            "saved": self.saved,
            "view_query": without(self.params, *OWN[1:]).urlencode(),
            "empty_act": table.act_html(self.empty.act) if self.empty.act else "",
            "may_share": bool(self.actor and access.allowed(self.actor, "ui.share_views")),
            **self.extra(),
        }

    def is_narrowed(self) -> bool:
        """Whether filters (and not the absence of rows) may be why nothing is shown."""
        chosen = bool(self.chip) and self.chip is not self._default_chip()
        if chosen or self.is_plain or self.word or self.filterset is None:
            return chosen or bool(self.word)
        return bool(self.filterset.active())

    def _default_chip(self) -> Chip | None:
        return next((chip for chip in self.chips if chip.code == self.default_chip), None)

    def export_as(self, kind: str) -> HttpResponseBase:
        """Exactly what is filtered, in this order, with these columns. Logged."""
        if not self.export or kind not in {"csv", "xlsx"}:
            raise NotFound
        access.require(self.actor, self.export)
        if self.filterset is not None and self.filterset.wrong():
            raise Invalid(self.filterset.wrong())
        number = paging.count(self.found, export.LIMIT)
        if number.capped:
            raise export.TooLong
        title = words.in_language(self.title)
        rows = self.ordered()
        services.record_export(
            actor=self.actor,
            user=self.request.user,
            page=self.key,
            title=title,
            query=without(self.params, "export").urlencode(),
            rows=number.number,
            kind=kind,
        )
        today = clock.now().astimezone(timezone.get_current_timezone()).date()
        listed = rows.iterator(chunk_size=2000)
        return export.as_file(kind, self.shown, listed, name=f"{title}-{today.isoformat()}", title=title)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A bulk act: perform it on the selected rows and show the summary."""
        action = self._asked_action(request.POST)
        if action is None:
            raise NotFound
        access.require(self.actor, action.capability)
        form = action.form(data=request.POST, files=request.FILES) if action.form else None
        if form is not None and not form.is_valid():
            return self._ask(action, form, status=422)
        data = form.cleaned_data if form is not None else {}
        once = services.once(
            token=request.POST.get("_token", ""),
            user=request.user,
            call=lambda: bulk.perform(action, self._selected(request.POST), actor=self.actor, data=data),
            locate=lambda _summary: request.path,
        )
        values = {"page": self, "action": action, "summary": once.result, "title": action.label}
        response = rendering.render(request, "ui/list/bulk_done.html", values)
        return rendering.trigger(response, ui_done={"refresh": True, "keep": True})

    def _asked_action(self, given: QueryDict) -> BulkAction | None:
        code = given.get("_bulk")
        return next((action for action in self.bulk_actions() if action.code == code), None) if code else None

    def _selected(self, given: QueryDict) -> list[Any]:
        if given.get("all") == "1":
            return list(self.ordered()[: bulk.LIMIT])
        return list(self.rows().filter(pk__in=self._ticked(given)[: bulk.LIMIT]))

    @staticmethod
    def _ticked(given: QueryDict) -> list[str]:
        return [key for key in given.getlist("ids") if key.isascii() and key.isdigit() and len(key) < 19]

    def _ask(self, action: BulkAction, form: Any = None, *, status: int = 200) -> HttpResponse:
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        everything = given.get("all") == "1"
        ids = [] if everything else self._ticked(given)
        chosen = (
            paging.count(self.found, bulk.LIMIT)
            if everything
            else paging.Count(len(ids), len(ids) > bulk.LIMIT)
        )
        number = min(chosen.number, bulk.LIMIT)
        values = {
            "page": self,
            "action": action,
            "title": action.label,
            "form": form or (action.form() if action.form else None),
            "ids": ids[: bulk.LIMIT],
            "everything": everything,
            "number": number,
            "cut": chosen.capped,
            "token": self.request.POST.get("_token") or forms.new_token(),
            "confirm": words.in_language(action.confirm).replace("{count}", str(number)),
        }
        return rendering.render(self.request, "ui/list/bulk_ask.html", values, status=status)


def list_url(name: str, **params: Any) -> str:
    """Address of a list with filters, for links from counts and charts: `list_url("cases:list", chip="late")`."""
    values = QueryDict(mutable=True)
    for key, value in params.items():
        values[key] = str(value)
    return f"{reverse(name)}?{values.urlencode()}" if values else reverse(name)
