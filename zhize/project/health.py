"""What machines ask: is the process alive, can it serve, and how is it doing."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable

import prometheus_client
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve
from prometheus_client import multiprocess

from zhize import ui

REQUESTS = prometheus_client.Counter("zhize_requests", "Answered requests", ["route", "method", "status"])
SECONDS = prometheus_client.Histogram("zhize_request_seconds", "Time to answer", ["route"])
# A stranger may invent methods; each would be a line of its own for ever.
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
# Figures of the whole installation, computed when asked; label values are the second column.
FIGURES = {
    "zhize_jobs": (
        "Jobs in the queue by state",
        "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1",
    ),
    "zhize_jobs_waiting_seconds": (
        "Age of the oldest job that is due",
        "SELECT '', coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, now()))), 0)"
        " FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()",
    ),
}


@ui.page(public=True, methods=("GET",))
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so that a database outage does not restart web servers."""
    return HttpResponse("ok\n", content_type="text/plain")


@ui.page(public=True, methods=("GET",))
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can serve: the database answers. 503 otherwise, with the part that is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "database": False}, status=503)
    return JsonResponse({"ready": True, "database": True})


@ui.page(public=True, methods=("GET",))
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for those who bear the token, or without one for this machine alone."""
    if not _may_read_metrics(request):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    registry = prometheus_client.REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several web processes: set by `zhize web`
        registry = prometheus_client.CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    text = prometheus_client.generate_latest(registry) + _figures()
    return HttpResponse(text, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = settings.CONFIG.metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        # As bytes: the comparison refuses texts beyond ASCII with an error.
        return secrets.compare_digest(given.encode(errors="replace"), f"Bearer {token}".encode())
    # Behind a proxy every request comes from this machine; then only a token tells who asks.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not forwarded


def _figures() -> bytes:
    registry = prometheus_client.CollectorRegistry()
    for name, (text, query) in FIGURES.items():
        gauge = prometheus_client.Gauge(name, text, ["state"], registry=registry)
        with connection.cursor() as cursor:
            cursor.execute(query)
            for label, value in cursor.fetchall():
                gauge.labels(label).set(float(value))
    return prometheus_client.generate_latest(registry)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


class Probes:
    """Answers them by whatever name it is asked: who watches a machine may know its number only.

    Stands before what refuses unknown names and asks who is there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info)
        if view is None:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        return view(request)


class RequestFigures:
    """Counts and times requests under the name of their route, never under their address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(route, method, response.status_code).inc()
        SECONDS.labels(route).observe(time.perf_counter() - started)
        return response
