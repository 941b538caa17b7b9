"""The base of the kit's class-based views: declares what it demands and checks it before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isabstract
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import View

from zhize.ui import routes


class GuardedView(View):
    """A view with a declared demand: `capability = "case.view"` (or a tuple: any of them), `login` or `public`."""

    capability: ClassVar[str | tuple[str, ...] | None] = None
    login: ClassVar[bool] = False
    public: ClassVar[bool] = False
    methods: ClassVar[tuple[str, ...]] = ("GET", "POST")
    ui_access: ClassVar[routes.Access]
    actor: Any

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """The view function; a class that demands nothing, or is not whole, is an error when the address is declared."""
        if isabstract(cls):
            raise TypeError(f"{cls.__qualname__} lacks {', '.join(sorted(cls.__abstractmethods__))}")
        cls.ui_access = routes.declare(
            f"{cls.__module__}.{cls.__qualname__}",
            capability=cls.capability,
            login=cls.login,
            public=cls.public,
            methods=cls.methods,
        )
        view = super().as_view(**initkwargs)
        view.ui_access = cls.ui_access
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refused = routes.check(request, self.ui_access)
        if refused is not None:
            return refused
        self.actor = getattr(request, "actor", None)
        return routes.done(request, lambda: self._answer(request, *args, **kwargs))

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.begin(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def begin(self, request: HttpRequest) -> None:
        """Runs after the check and before get or post."""
