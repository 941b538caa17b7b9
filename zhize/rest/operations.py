"""The frame of every operation: who may call it, done once per key, answered fast, documented."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec

import msgspec
import ninja
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja.signature.utils import get_typed_signature
from pydantic import BaseModel, TypeAdapter

from zhize.kernel import access
from zhize.kernel.db import Invalid, again_if_lost
from zhize.rest import services_idempotency as idempotency

P = ParamSpec("P")


class Request(HttpRequest):
    """A request that came through the API: `actor` is who calls. Use it in annotations."""

    actor: access.Actor


@dataclass
class Spec:
    """What an operation demands, for the route matrix. Without capabilities any valid token may call it."""

    capabilities: tuple[str, ...]
    public: bool
    responses: dict[int, Any] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """An answer with a status or headers of its own."""

    body: Any
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


def created(body: Any, *, location: str = "") -> Answer:
    """201 with the new row."""
    return Answer(body, 201, {"Location": location} if location else {})


def accepted(body: Any) -> Answer:
    """202: will be done by a job."""
    return Answer(body, 202)


def no_content() -> Answer:
    """204."""
    return Answer(None, 204)


def operation(
    *, capability: str | tuple[str, ...] | None = None, login: bool = False, public: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """Say who may call: holders of any of the capabilities, any valid token (`login`), or everybody (`public`).

    Stands directly under `@router.get(...)`. The view returns plain data (dictionaries, lists, dates, Decimals,
    schemas) or `created(...)`, and raises DomainError to refuse. A POST with an Idempotency-Key is done once.
    Rows are still fetched through `access.fetch`: this only refuses early, with 403.
    """
    if sum((capability is not None, login, public)) != 1:
        raise TypeError("say exactly one of capability=, login=True, public=True")
    capabilities = (capability,) if isinstance(capability, str) else tuple(capability or ())

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        spec = Spec(capabilities, public)

        @wraps(view)
        def run(request: HttpRequest, /, *args: Any, **values: Any) -> HttpResponse:
            _refuse_parameters(request, spec)
            actor: access.Actor | None = getattr(request, "actor", None)
            if capabilities and not any(actor is not None and actor.may(code) for code in capabilities):
                access.require(_known(actor), capabilities[0])

            def work() -> HttpResponse:
                return respond(view(request, *args, **values), spec)

            if request.method == "POST" and actor is not None:
                return again_if_lost(request, lambda: idempotency.once(request, actor, work))
            return again_if_lost(request, work)

        # ninja reads annotations with the globals of the function it is given; that of the view must be told.
        run.__signature__ = get_typed_signature(view)
        run.rest_spec = spec
        return run

    return decorate


def _refuse_parameters(request: HttpRequest, spec: Spec) -> None:
    """A filter that is silently ignored, misspelt or given twice, would answer with more than was asked for."""
    wrong = {name: _("没有这个参数。") for name in sorted(set(request.GET) - spec.parameters)}
    twice = {name: _("这个参数只能给一次。") for name, given in sorted(request.GET.lists()) if len(given) > 1}
    if wrong or twice:
        raise Invalid(twice | wrong)


def _known(actor: access.Actor | None) -> access.Actor:
    if actor is None:
        raise ninja.errors.AuthenticationError
    return actor


def respond(result: Any, spec: Spec) -> HttpResponse:
    """The HTTP answer for what a view returned. In tests and debug mode it is held against the declared schema."""
    if isinstance(result, HttpResponseBase):
        return result  # type: ignore[return-value]  # a file, sent as it is
    if not isinstance(result, Answer):
        result = Answer(result, next(iter(spec.responses), 200))
    if result.status == 204:
        return HttpResponse(status=204)
    content = encode(result.body)
    if settings.HISTORY_GUARD:
        _check(content, result.status, spec)
    return HttpResponse(
        content, status=result.status, content_type="application/json", headers=dict(result.headers)
    )


def encode(body: Any) -> bytes:
    """JSON bytes: times as RFC 3339 in UTC, Decimals as text, lazy texts in the client's language."""
    return _encoder.encode(body)


def _reduce(item: Any) -> Any:
    if isinstance(item, BaseModel):
        return item.model_dump()
    if isinstance(item, Promise):
        return str(item)
    if hasattr(item, "zh") and hasattr(item, "en"):
        return {"zh": item.zh, "en": item.en}
    if isinstance(item, Decimal):
        return str(item)
    raise TypeError(f"the API cannot show a {type(item).__name__}; turn it into plain data first")


_encoder = msgspec.json.Encoder(enc_hook=_reduce, decimal_format="string", uuid_format="canonical")


class UndocumentedAnswer(AssertionError):
    """An operation answered something else than its documentation says."""


def _check(content: bytes, status: int, spec: Spec) -> None:
    model = spec.responses.get(status)
    if model is None:
        raise UndocumentedAnswer(f"status {status} is not declared; declared are {sorted(spec.responses)}")
    try:
        TypeAdapter(model).validate_json(content)
    except ValueError as problem:
        raise UndocumentedAnswer(str(problem)) from problem


class Router(ninja.Router):
    """Operations of one package. Module `<package>/api.py` names it `router`; its paths begin at /api/v1."""

    def __init__(self, tag: str) -> None:
        super().__init__(tags=[tag])

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any
    ) -> None:
        spec = getattr(view_func, "rest_spec", None)
        if not isinstance(spec, Spec):
            raise TypeError(
                f"{view_func.__qualname__}: say who may call it with @rest.operation(...) right under @router"
            )
        response = options.get("response", ninja.constants.NOT_SET)
        if response is ninja.constants.NOT_SET:
            raise TypeError(f"{view_func.__qualname__}: say what it answers with response=")
        spec.responses = response if isinstance(response, dict) else {200: response}
        if spec.public:
            options["auth"] = None
        options["operation_id"] = options.get("operation_id") or _operation_id(view_func)
        options["summary"] = (
            options.get("summary") or (inspect.getdoc(view_func) or view_func.__name__).split("\n", 1)[0]
        )
        super().add_api_operation(path, methods, view_func, **options)
        models = self.path_operations[path].operations[-1].models
        queries = [model for model in models if model.__ninja_param_source__ == "query"]
        spec.parameters = frozenset(
            str(where[-1]) for model in queries for where in model.__ninja_flatten_map_reverse__
        ) | frozenset(name for model in queries for name in model.__ninja_flatten_map__)


def _operation_id(view: Callable[..., Any]) -> str:
    """`cases_open` for `open` in zhize.domains.cases.api: stable, short, unique across packages."""
    package = view.__module__.removesuffix(".api").removesuffix("_api").rpartition(".")[2]
    return f"{package}_{view.__name__}"


@dataclass(frozen=True)
class Route:
    """One operation for the route matrix."""

    method: str
    path: str
    operation_id: str
    spec: Spec


def routes(api: ninja.NinjaAPI) -> Iterator[Route]:
    """Every operation of the API with what it demands."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for done in view.operations:
                for method in done.methods:
                    full = "/api/v1/" + "/".join(
                        part.strip("/") for part in (router.prefix, path) if part.strip("/")
                    )
                    yield Route(method, full, str(done.operation_id), done.view_func.rest_spec)
