"""A list as a declaration: rows, columns, filters, chips, bulk acts, export. README.md shows one whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.db import NotFound
from zhize.ui import bulk, export, paging, rendering, selectors, services, table, words
from zhize.ui.bulk import BulkAction
from zhize.ui.columns import Column
from zhize.ui.filters import Filters, without
from zhize.ui.models import ListSetup, SavedView
from zhize.ui.views import GuardedView

# Parameters of the list itself, which are no filters.
OWN = ("sort", "page", "after", "before", "size", "view", "export", "_bulk", "ids", "all")


@dataclass(frozen=True)
class Act:
    """Something one may do: in the page's head, or at the end of a row.

    `drawer`: opens at the right. `method="post"`: done at once (with `confirm`, after a question). `reason`: shown
    disabled with the reason. `key`: one-letter shortcut of the page.
    """

    label: Any
    url: str
    icon: str = ""
    drawer: bool = False
    method: str = "get"
    confirm: Any = ""
    primary: bool = False
    danger: bool = False
    key: str = ""
    reason: Any = ""


@dataclass(frozen=True)
class Chip:
    """A ready-made filter above the list with its count: 我的, 已超时, 等回访. `where(page)` gives the condition.

    `tone`: calm, amber, red or nothing.
    """

    code: str
    label: Any
    where: Callable[[ListPage], Q]
    tone: str = ""
    count: bool = True


@dataclass(frozen=True)
class Empty:
    """What a list says when nothing is in it: what will appear here, and the first act."""

    title: Any
    text: Any = ""
    icon: str = "inbox"
    act: Act | None = None


class ListPage(GuardedView):
    """Base of every list. Declare `columns` and `rows`; the rest has defaults."""

    title: Any = ""
    intro: Any = ""
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[type[Filters] | None] = None
    chips: ClassVar[Sequence[Chip]] = ()
    bulk: ClassVar[Sequence[BulkAction]] = ()
    export: ClassVar[str | None] = None
    default_sort: ClassVar[str] = ""
    default_chip: ClassVar[str] = ""
    page_size: ClassVar[int] = 50
    sizes: ClassVar[Sequence[int]] = (20, 50, 100, 200)
    count_cap: ClassVar[int] = 1000
    keyset: ClassVar[bool] = False
    empty: Empty = Empty(_("这里还没有内容"))
    search_hint: Any = _("搜索")
    template = "ui/list/page.html"

    # What a list says -------------------------------------------------

    def rows(self) -> QuerySet[Any]:
        """The rows this actor may see, from a selector that ends in `visible_to`."""
        raise NotImplementedError

    def acts(self) -> list[Act]:
        """Buttons in the page's head."""
        return []

    def row_acts(self, row: Any) -> list[Act]:
        """Buttons at the end of a row. No queries here: it runs once per row."""
        return []

    def row_class(self, row: Any) -> str:
        return ""

    def extra(self) -> dict[str, Any]:
        """Further values for the template."""
        return {}

    # What the address says ---------------------------------------------

    def begin(self, request: HttpRequest) -> None:
        self.saved = selectors.view(self.actor, self.key, request.GET.get("view", "")) if self.actor else None
        if self.saved is None and not request.GET and self.actor:
            self.saved = next((view for view in self.views if view.is_default and view.user_id == self.actor.user_id), None)
        params = QueryDict(self.saved.query if self.saved else "", mutable=True)
        for name in request.GET:
            params.setlist(name, request.GET.getlist(name))
        self.params = params

    @property
    def key(self) -> str:
        """What saved views and columns are kept under."""
        match = self.request.resolver_match
        return (match.view_name if match else "") or f"{type(self).__module__}.{type(self).__qualname__}"

    def url(self, **changes: Any) -> str:
        """This list's address with some parameters changed (None removes one)."""
        values = without(self.params, "export", "_bulk", "ids", "all", "view")
        for name, value in changes.items():
            if value in (None, ""):
                values.pop(name, None)
            else:
                values[name] = str(value)
        if values:
            return f"{self.request.path}?{values.urlencode()}"
        # An address without anything would bring the person's default view back.
        return f"{self.request.path}?view=0" if self._has_default_view() else self.request.path

    def _has_default_view(self) -> bool:
        return bool(self.actor) and any(view.is_default and view.user_id == self.actor.user_id for view in self.views)

    @cached_property
    def sorting(self) -> str:
        """The column sorted by, with a minus when descending."""
        asked = self.params.get("sort", "") or self.default_sort
        names = {column.name for column in self.columns if column.sort}
        return asked if asked.lstrip("-") in names else self.default_sort

    @cached_property
    def filterset(self) -> Filters | None:
        if self.filters is None:
            return None
        return self.filters(self.params, queryset=self.rows(), request=self.request)

    @cached_property
    def chip(self) -> Chip | None:
        code = self.params.get("chip", self.default_chip)
        return next((chip for chip in self.chips if chip.code == code), None)

    # Rows ---------------------------------------------------------------

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """Rows after the filters, before the chip."""
        return self.filterset.qs if self.filterset is not None else self.rows()

    @cached_property
    def found(self) -> QuerySet[Any]:
        """Rows after filters and chip, unordered."""
        return self.filtered.filter(self.chip.where(self)) if self.chip else self.filtered

    def ordering(self) -> list[str]:
        name = self.sorting.lstrip("-")
        column = next((each for each in self.columns if each.name == name), None)
        if column is None or not column.sort:
            fallback = [self.sorting] if self.sorting else list(self.found.model._meta.ordering or ())
            return [*[str(each) for each in fallback], "pk"]
        turn = self.sorting.startswith("-")
        fields = [(field[1:] if field.startswith("-") else f"-{field}") if turn else field for field in column.sort]
        return [*fields, "-pk" if fields[0].startswith("-") else "pk"]

    def ordered(self) -> QuerySet[Any]:
        terms = [
            F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
            for name in self.ordering()
        ]
        return self.found.order_by(*terms)

    @cached_property
    def size(self) -> int:
        kept = self.chosen_setup.page_size if self.chosen_setup and self.chosen_setup.page_size else self.page_size
        return paging.whole(self.params.get("size"), kept, 1, max(self.sizes))

    @cached_property
    def slice(self) -> paging.Slice:
        """The rows of this page."""
        if self.keyset:
            after, before = self.params.get("after", ""), self.params.get("before", "")
            part = paging.keyed(
                self.found, ordering=self.ordering(), size=self.size, cap=self.count_cap, after=after, before=before
            )
            if part is not None:
                return part
        number = paging.whole(self.params.get("page"), 1, 1, paging.MAX_OFFSET)
        return paging.numbered(self.ordered(), page=number, size=self.size, cap=self.count_cap)

    # What people chose ----------------------------------------------------

    @cached_property
    def chosen_setup(self) -> ListSetup | None:
        return selectors.setup(self.actor, self.key)

    @cached_property
    def views(self) -> list[SavedView]:
        return list(selectors.views_for(self.actor, self.key)) if getattr(self.actor, "user_id", None) else []

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
        return [(column, True) for column in shown] + [(each, False) for each in self.columns if each not in shown]

    @property
    def search_field(self) -> Any:
        return self.filterset.search_field() if self.filterset is not None else None

    def kept_params(self) -> list[tuple[str, str]]:
        """Sort and chip, which the filter form carries along."""
        names = ("sort", "chip", "size", "cols")
        return [(name, value) for name in names if (value := self.params.get(name))]

    def may_export(self) -> bool:
        return bool(self.export and self.actor and self.actor.may(self.export))

    def bulk_actions(self) -> list[BulkAction]:
        return [action for action in self.bulk if self.actor and self.actor.may(action.capability)]

    def chip_views(self) -> list[dict[str, Any]]:
        """The chips with count and address."""
        made = []
        for chip in self.chips:
            number = paging.count(self.filtered.filter(chip.where(self)), self.count_cap) if chip.count else None
            current = self.chip is chip
            away = None if not self.default_chip else "all"
            made.append(
                {
                    "chip": chip,
                    "count": number,
                    "current": current,
                    "url": self.url(chip=away if current else chip.code, page=None, after=None, before=None),
                }
            )
        return made

    def active_filters(self) -> list[dict[str, Any]]:
        if self.filterset is None:
            return []
        gone = dict.fromkeys(("page", "after", "before"))
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
        values = self.context()
        if rendering.is_fragment(request) and rendering.target(request) == "list":
            response = rendering.fragment(request, "ui/list/region.html", values)
            response["HX-Push-Url"] = self.url()
            return response
        return rendering.render(request, self.template, values)

    def context(self) -> dict[str, Any]:
        shown = self.shown
        part = self.slice
        actions = self.bulk_actions()
        return {
            "page": self,
            "title": self.title,
            "slice": part,
            "heads": table.heads(self, shown),
            "lines": table.lines(self, shown, part.rows),
            "summary": table.summary(self),
            "chips": self.chip_views(),
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
        return chosen or bool(self.filterset is not None and self.filterset.active())

    def _default_chip(self) -> Chip | None:
        return next((chip for chip in self.chips if chip.code == self.default_chip), None)

    def export_as(self, kind: str) -> HttpResponseBase:
        """Exactly what is filtered, in this order, with these columns. Logged."""
        if not self.export or kind not in {"csv", "xlsx"}:
            raise NotFound
        access.require(self.actor, self.export)
        title = words.in_language(self.title)
        rows = self.ordered()[: export.LIMIT]
        services.record_export(
            actor=self.actor,
            user=self.request.user,
            page=self.key,
            title=title,
            query=without(self.params, "export").urlencode(),
            rows=paging.count(self.found, export.LIMIT).number,
            kind=kind,
        )
        name = f"{title}-{words.when(_today(), 'full')}"
        listed = rows.iterator(chunk_size=2000)
        return export.as_csv(self.shown, listed, name) if kind == "csv" else export.as_xlsx(self.shown, listed, name, title)

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
        summary = bulk.perform(action, self._selected(request.POST), actor=self.actor, data=data)
        values = {"page": self, "action": action, "summary": summary, "title": action.label}
        response = rendering.render(request, "ui/list/bulk_done.html", values)
        return rendering.trigger(response, ui_done={"refresh": True, "keep": True})

    def _asked_action(self, given: QueryDict) -> BulkAction | None:
        code = given.get("_bulk")
        return next((action for action in self.bulk_actions() if action.code == code), None) if code else None

    def _selected(self, given: QueryDict) -> list[Any]:
        if given.get("all") == "1":
            return list(self.ordered()[: bulk.LIMIT])
        keys = [key for key in given.getlist("ids") if key.isascii() and key.isdigit() and len(key) < 19][: bulk.LIMIT]
        return list(self.rows().filter(pk__in=keys))

    def _ask(self, action: BulkAction, form: Any = None, *, status: int = 200) -> HttpResponse:
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        everything = given.get("all") == "1"
        number = paging.count(self.found, bulk.LIMIT).number if everything else len(given.getlist("ids"))
        values = {
            "page": self,
            "action": action,
            "title": action.label,
            "form": form or (action.form() if action.form else None),
            "ids": [] if everything else given.getlist("ids"),
            "everything": everything,
            "number": number,
            "confirm": words.in_language(action.confirm).replace("{count}", str(number)),
        }
        return rendering.render(self.request, "ui/list/bulk_ask.html", values, status=status)


def _today() -> Any:
    from django.utils import timezone

    from zhize.lib import clock

    return clock.now().astimezone(timezone.get_current_timezone()).date()


def list_url(name: str, **params: Any) -> str:
    """Address of a list with filters, for links from counts and charts: `list_url("cases:list", chip="late")`."""
    values = QueryDict(mutable=True)
    for key, value in params.items():
        values[key] = str(value)
    return f"{reverse(name)}?{values.urlencode()}" if values else reverse(name)
