"""What the address of a list asks for, and the rows that answer it: filters, chip, order, page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import statements
from zhize.ui import paging, selectors
from zhize.ui.bulk import BulkAction
from zhize.ui.columns import Column
from zhize.ui.filters import Filters, without
from zhize.ui.listparts import OWN, Act, Chip, Empty
from zhize.ui.models import ListSetup, SavedView
from zhize.ui.views import GuardedView

if TYPE_CHECKING:
    from zhize.ui.listpage import ListPage


KEPT_ROWS = 500
"""So far down a list its statements are kept; hardly anybody goes further, and each page has its own."""


class ListQuery(GuardedView, ABC):
    """The half of a list that knows its rows."""

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
    kept: ClassVar[bool] = False
    """Without filters its rows depend on nothing but the actor and `given`, so that its statement is composed once."""
    keyset: ClassVar[bool] = False
    empty: Empty = Empty(_("这里还没有内容"))
    search_hint: Any = _("搜索")
    template = "ui/list/page.html"

    # What a list says -------------------------------------------------

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """The rows this actor may see, from a selector that ends in `visible_to`."""

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

    @cached_property
    def given(self) -> dict[str, Any]:
        """Values in the conditions of rows and chips that differ from request to request."""
        return {}

    # What the address says ---------------------------------------------

    def begin(self, request: HttpRequest) -> None:
        self.saved = selectors.view(self.actor, self.key, request.GET.get("view", "")) if self.actor else None
        if self.saved is None and not request.GET.keys() - {"_more"} and self.actor:
            self.saved = next(
                (view for view in self.views if view.is_default and view.user_id == self.actor.user_id), None
            )
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
        values = {**self._said}
        for name, value in changes.items():
            if value in (None, ""):
                values.pop(name, None)
            else:
                values[name] = urlencode({name: str(value)})
        if values:
            return f"{self.request.path}?{'&'.join(values.values())}"
        # An address without anything would bring the person's default view back.
        return f"{self.request.path}?view=0" if self._has_default_view() else self.request.path

    @cached_property
    def _said(self) -> dict[str, str]:
        """The parameters as they stand in an address: each heading and chip has one that differs in one of them."""
        values = without(self.params, "export", "_bulk", "_more", "_choices", "ids", "all", "view")
        return {name: urlencode([(name, one) for one in given]) for name, given in values.lists()}

    def _has_default_view(self) -> bool:
        return bool(self.actor) and any(
            view.is_default and view.user_id == self.actor.user_id for view in self.views
        )

    @cached_property
    def sorting(self) -> str:
        """The column sorted by, with a minus when descending."""
        asked = self.params.get("sort", "") or self.default_sort
        names = {column.name for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in names else self.default_sort

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

    def searched(self) -> QuerySet[Any] | None:
        """The rows that have `word`, of a list that looks words up by itself; None leaves it to the filters.

        With `keys` in `given` its statement is composed once, as without a word.
        """
        return None

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """Rows after the filters, before the chip."""
        found = self.searched() if self.word else None
        if found is not None:
            return found
        return self.rows() if self.is_plain or self.filterset is None else self.filterset.qs

    @cached_property
    def found(self) -> QuerySet[Any]:
        """Rows after filters and chip, unordered."""
        return self.filtered.filter(self.chip.where(cast("ListPage", self))) if self.chip else self.filtered

    def ordering(self) -> list[str]:
        name = self.sorting.removeprefix("-")
        column = next((each for each in self.columns if each.name == name), None)
        if column is None or not column.sort:
            fallback = [self.sorting] if self.sorting else list(self.found.model._meta.ordering or ())
            return [*[str(each) for each in fallback], "pk"]
        turn = self.sorting.startswith("-")
        fields = [
            (field[1:] if field.startswith("-") else f"-{field}") if turn else field for field in column.sort
        ]
        return [*fields, "-pk" if fields[0].startswith("-") else "pk"]

    def ordered(self) -> QuerySet[Any]:
        return self.found.order_by(*(paging.term(self.found.model, name) for name in self.ordering()))

    @cached_property
    def asked(self) -> set[str]:
        """What is asked for beyond chip, order and page."""
        return {name for name in self.params if any(self.params.getlist(name))} - {*OWN, "chip"}

    @cached_property
    def is_plain(self) -> bool:
        """Whether nothing more is asked for."""
        return self.kept and not self.asked

    @cached_property
    def word(self) -> str:
        """What is searched for where that is all that is asked for."""
        if not self.kept or self.filters is None or self.asked != {self.filters.search}:
            return ""
        word: str = self.params.get(self.filters.search, "").strip()
        return word if word.isprintable() else ""

    def filled(self, **given: Any) -> Self:
        """This list with other values given, nothing read yet."""
        made = copy(self)
        for name in ("filterset", "filtered", "found"):
            made.__dict__.pop(name, None)
        made.given = given
        return made

    def taken(self, begin: int, end: int) -> list[Any]:
        """The rows of the whole list from `begin` to before `end`, in its order."""
        if not (self.is_plain or "keys" in self.given) or end > KEPT_ROWS:
            return list(self.ordered()[begin:end])
        about = (self.key, self.is_plain, self.chip.code if self.chip else "", self.sorting, begin, end)
        return statements.rows(
            ("list", *about),
            self.actor.key,
            lambda **given: self.filled(**given).ordered()[begin:end],
            **self.given,
        )

    def number(self) -> paging.Count:
        """How many rows there are, as far as they are counted."""
        return paging.count(self.found, self.count_cap)

    @cached_property
    def size(self) -> int:
        kept = (
            self.chosen_setup.page_size
            if self.chosen_setup and self.chosen_setup.page_size
            else self.page_size
        )
        return paging.whole(self.params.get("size"), kept, 1, max(self.sizes))

    @cached_property
    def slice(self) -> paging.Slice:
        """The rows of this page."""
        if self.keyset:
            after, before = self.params.get("after", ""), self.params.get("before", "")
            part = paging.keyed(
                self.found,
                ordering=self.ordering(),
                size=self.size,
                cap=self.count_cap,
                after=after,
                before=before,
            )
            if part is not None:
                return part
        number = paging.whole(self.params.get("page"), 1, 1, paging.MAX_OFFSET)
        return paging.numbered(self.taken, self.number, page=number, size=self.size)

    # What people chose ----------------------------------------------------

    @cached_property
    def chosen_setup(self) -> ListSetup | None:
        return selectors.setup(self.actor, self.key)

    @cached_property
    def views(self) -> list[SavedView]:
        if getattr(self.actor, "user_id", None) is None:
            return []
        return statements.rows(
            "ui.views", self.actor.key, lambda page: selectors.views_for(self.actor, page), page=self.key
        )
