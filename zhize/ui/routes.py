"""Who may open a page: every HTML view declares it here, and the route matrix reads what was declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, get_resolver

from zhize.kernel.db import again_if_lost

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class Access:
    """What a page demands. `capabilities`: any one of them; without any, a login (or nothing when `public`)."""

    view: str
    capabilities: tuple[str, ...] = ()
    public: bool = False
    methods: tuple[str, ...] = ("GET", "POST")

    @property
    def kind(self) -> str:
        """capability, login or public."""
        return "public" if self.public else "capability" if self.capabilities else "login"


@dataclass(frozen=True)
class Route:
    """One address of the product with the name, the pattern and what it demands (None: it forgot to say)."""

    name: str
    pattern: str
    access: Access | None
    view: Any


REGISTRY: dict[str, Access] = {}


def declare(
    view: str,
    *,
    capability: str | tuple[str, ...] | None = None,
    public: bool = False,
    login: bool = False,
    methods: tuple[str, ...] = ("GET", "POST"),
) -> Access:
    """Note what `view` demands. Exactly one of capability, login, public must be said."""
    if sum((capability is not None, public, login)) != 1:
        raise TypeError(f"{view}: say exactly one of capability=, login=True, public=True")
    capabilities = (capability,) if isinstance(capability, str) else tuple(capability or ())
    access = Access(view, capabilities, public, methods)
    REGISTRY[view] = access
    return access


def page(
    *,
    capability: str | tuple[str, ...] | None = None,
    public: bool = False,
    login: bool = False,
    methods: tuple[str, ...] = ("GET", "POST"),
) -> Callable[[View], View]:
    """Decorate a view function: `@ui.page(capability="case.view")`, `@ui.page(login=True)`, `@ui.page(public=True)`.

    A stranger is sent to the login page (a fragment gets the «session ended» signal instead); a person
    without the capability gets the 403 page. Rows are still fetched through `access.fetch`.
    """

    def decorate(view: View) -> View:
        access = declare(
            f"{view.__module__}.{view.__qualname__}",
            capability=capability,
            public=public,
            login=login,
            methods=methods,
        )

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = check(request, access)
            return refused if refused is not None else done(request, lambda: view(request, *args, **kwargs))

        guarded.ui_access = access
        return guarded  # type: ignore[return-value]

    return decorate


def done(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of a page; a request that lost its transaction to another's is done again, unseen by the person."""
    return again_if_lost(request, work)


def check(request: HttpRequest, access: Access) -> HttpResponse | None:
    """The answer that stops a request which may not open this page, or None. Raises Refused without capability."""
    from zhize.ui import rendering

    method = "GET" if request.method == "HEAD" else request.method
    if method not in access.methods:
        return HttpResponseNotAllowed(access.methods)
    if access.public:
        return None
    if not request.user.is_authenticated:
        return rendering.to_login(request)
    if access.capabilities:
        require_any(request.actor, access.capabilities)
    return None


def require_any(actor: Any, capabilities: tuple[str, ...]) -> None:
    """Raise Refused unless the actor holds one of these capabilities in some scope."""
    from zhize.kernel import access as rights

    if not any(actor.may(code) for code in capabilities):
        rights.require(actor, capabilities[0])


def access_of(view: Any) -> Access | None:
    """What a resolved view declared, also through class-based views and decorators."""
    seen = view
    while seen is not None:
        found = getattr(seen, "ui_access", None) or getattr(
            getattr(seen, "view_class", None), "ui_access", None
        )
        if isinstance(found, Access):
            return found
        seen = getattr(seen, "__wrapped__", None)
    return None


def walk(resolver: URLResolver | None = None, prefix: str = "", namespace: str = "") -> Iterator[Route]:
    """Every address of the product, for the matrix test and the reference page."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name or ''}", pattern, access_of(entry.callback), entry.callback)
