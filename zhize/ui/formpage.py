"""A page with one form and one service call. Works as a page of its own, in the drawer and in a dialog."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import DomainError, Outrun
from zhize.kernel.flow import Move, NotNow
from zhize.ui import forms, rendering, selectors, services, words
from zhize.ui.views import GuardedView


class FormPage(GuardedView, ABC):
    """Declare `form_class`, `title`, `submit` and `perform`; everything else has a default.

    `self.actor` acts, `self.row` is the row the form is about (from `fetch`, may be None).
    """

    form_class: ClassVar[type[BaseForm]]
    title: Any = ""
    intro: Any = ""
    submit: Any = _("保存")
    submit_icon: str = ""
    danger: bool = False
    done_message: Any = _("已保存。")
    template = "ui/form/page.html"
    drafts = True
    size = "normal"
    # Texts that several people write: whoever sends what he read before somebody else saved is told once.
    shared = False
    row: Any = None
    _stale = _too_late = False

    def fetch(self) -> models.Model | None:
        """The row, through `access.fetch`; None for a form that creates something."""
        return None

    def initial(self) -> dict[str, Any]:
        return {}

    def form_kwargs(self) -> dict[str, Any]:
        """Further arguments of the form's constructor."""
        return {}

    @abstractmethod
    def perform(self, form: Any) -> Any:
        """Call the service with `form.cleaned_data`. A DomainError it raises is shown in the form."""

    def success_url(self, result: Any) -> Any:
        """Where a plain request goes afterwards; also a htmx one when `leave` says so."""
        return rendering.back(self.request)

    def events(self, result: Any) -> tuple[str, ...]:
        """Browser events for parts of the page that refresh themselves."""
        return ()

    def leave(self, result: Any) -> bool:
        """Whether a form sent from the drawer leaves the page behind it for `success_url`."""
        return False

    def context(self) -> dict[str, Any]:
        """Further values for the template."""
        return {}

    def message(self, result: Any) -> Any:
        return self.done_message

    # ------------------------------------------------------------------

    def begin(self, request: HttpRequest) -> None:
        self.row = self.fetch()

    def move_of(self, verb: str) -> Move:
        """The move that the form makes of `row`. Raises NotNow when there is none out of its state.

        A form that was opened in time is taken all the same: the service refuses it, and what was typed stays.
        """
        machine, state = self.row.machine, self.row.state
        move = machine.move(verb, state)
        if move is None and self.request.method == "POST" and self._was_overtaken():
            move = next((each for each in machine.moves if each.verb == verb), None)
            self._too_late = move is not None
        if move is None:
            raise NotNow
        return move

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(initial={**self.initial(), **self._asked()})
        return self.show(form)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        token = request.POST.get("_token", "")
        try:
            outcome = services.once(
                token=token, user=request.user, call=lambda: self._carry_out(form), locate=self._location
            )
        except DomainError as error:
            if error.status == 404:
                raise
            form.refuse(error)
            if isinstance(error, Outrun) or (isinstance(error, NotNow) and self._too_late):
                self._say_who_was_faster(form)
                # What stands behind the drawer is what the other has changed.
                return rendering.trigger(self.show(form, status=error.status), ui_outrun={})
            return self.show(form, status=error.status)
        if outcome.repeated:
            return rendering.done(
                request, _("这张表单刚才已经提交成功，没有重复办理。"), to=outcome.location or "/"
            )
        if request.user.is_authenticated and request.POST.get("_draft"):
            services.discard_draft(user_id=request.user.pk, key=request.POST["_draft"])
        return self.succeed(outcome.result, outcome.location)

    def _was_overtaken(self) -> bool:
        """Whether the row has changed since the form was shown."""
        seen = self.request.POST.get("_seen", "")
        return bool(seen) and seen != self._version()

    def _say_who_was_faster(self, form: Any) -> None:
        """Beside the refusal stands what happened meanwhile, so that nobody has to look for it; the typed text stays.

        Of a shared row also what the others wrote stands there, beside what differs from it; it has been seen then.
        """
        asked = ["state"] if self._too_late else list(form.fields)
        entry = selectors.last_change(self.row, asked) if self.row is not None else None
        if entry is not None:
            form.add_error(None, f"{words.when(entry.at, 'short')} {entry.sentence()}")
        if self.shared:
            self._stale, self.row = True, self.fetch()
            forms.set_beside(form, self.make_form(initial=self.initial()))

    def _carry_out(self, form: BaseForm) -> Any:
        """Perform it, unless a shared text was saved since the form was shown; sent once more, it counts."""
        if self.shared and self._was_overtaken():
            raise Outrun
        return self.perform(form)

    def _version(self) -> str:
        """What the form was made from: of a shared row what stands in its fields, because a note on the row is no reason to
        read them again.
        """
        if self.shared and self.row is not None:
            return forms.fingerprint(self.make_form(initial=self.initial()))
        return str(getattr(self.row, "version", ""))

    def _seen(self) -> str:
        """The version the form was shown with; after being told, the present one."""
        return self._version() if self._stale else self.request.POST.get("_seen") or self._version()

    def succeed(self, result: Any, location: str) -> HttpResponse:
        return rendering.done(
            self.request,
            self.message(result),
            to=location or self.success_url(result),
            events=self.events(result),
            leave=self.leave(result),
        )

    def _location(self, result: Any) -> str:
        return str(resolve_url(self.success_url(result)))

    def _asked(self) -> dict[str, Any]:
        """Values given in the address (`?phone=138…`) fill fields of the form."""
        known = self.form_class.base_fields if hasattr(self.form_class, "base_fields") else {}
        return {name: value for name, value in self.request.GET.items() if name in known}

    def make_form(self, **arguments: Any) -> BaseForm:
        form = self.form_class(**arguments, **self.form_kwargs())
        return form if isinstance(form, forms.Form) else forms.adopt(form)

    def show(self, form: BaseForm, *, status: int = 200) -> HttpResponse:
        values = {
            "page": self,
            "form": form,
            "row": self.row,
            "title": self.title_text(),
            "token": self.request.POST.get("_token") or forms.new_token(),
            "seen": self._seen(),
            "back_url": rendering.back(self.request),
            **self._draft(),
            **self.context(),
        }
        return rendering.render(self.request, self.template, values, status=status)

    def title_text(self) -> Any:
        return self.title

    def draft_key(self) -> str:
        """What the draft is kept under: the page and its row."""
        return f"{type(self).__module__}.{type(self).__qualname__}:{self.row.pk if self.row else 'new'}"

    def _draft(self) -> dict[str, Any]:
        if not self.drafts or not self.request.user.is_authenticated:
            return {}
        key = self.draft_key()
        found = None if self.request.method == "POST" else selectors.draft(self.request.user.pk, key)
        return {"draft_key": key, "draft": {"data": found[0], "at": found[1].isoformat()} if found else None}


def redirect_to(url: Any) -> HttpResponse:
    """A plain redirect, for views that are never fragments."""
    return HttpResponseRedirect(resolve_url(url))
