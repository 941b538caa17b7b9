"""The API against its own document, by schemathesis: what it allows is taken, what it forbids is refused, and no
answer is another than it says. `make soak` draws many more."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.kit import everything
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.kernel.accounts.models import User
from zhize.rest import operations, urls

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
EXAMPLES = int(os.environ.get("ZHIZE_TEST_SOAK_CASES", "60")) // 20
SEED = int(os.environ.get("ZHIZE_TEST_SOAK_SEED", "7"))
# An agent, the manager, and somebody who may do everything, so that no operation ends at its right.
CALLERS = ("limin", "liuqiang", "liangyu")
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.positive_data_acceptance,
]


def document() -> Any:
    schema = schemathesis.openapi.from_dict(dict(urls.api.get_openapi_schema()))
    schema.app = get_wsgi_application()
    # What the document cannot say (a day in the past, a state, a code of the pack) is refused with 422 or 400.
    accepted = schema.config.checks.positive_data_acceptance
    accepted.expected_statuses = [*accepted.expected_statuses, "400", "422"]
    return schema


@pytest.fixture
def _quiet() -> Iterator[None]:
    """As under Django's own test client: no request ends the connection that holds the test's transaction."""
    logging.disable(logging.WARNING)
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_quiet")
@pytest.mark.django_db
def test_the_api_keeps_to_its_document(cast: Cast) -> None:
    everything.furnish(cast, everything.everybody(cast))
    callers = [ApiClient(User.objects.get(login=login)).headers for login in CALLERS]
    rows = {
        name: apps.get_model(label).objects.values_list("pk", flat=True).first()
        for name, label in everything.API_ROWS.items()
    }
    tried = [_try(found.ok(), callers, rows) for found in document().get_all_operations()]
    assert len(tried) == len(list(operations.routes(urls.api)))


def _try(operation: Any, callers: list[dict[str, str]], rows: dict[str, Any]) -> None:
    drawn = st.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES])

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=drawn, headers=st.sampled_from(callers), real=st.booleans())
    def once(case: Case, headers: dict[str, str], real: bool) -> None:
        if any(isinstance(value, dict) for value in (case.query or {}).values()):
            return  # an object is sent as one text, which a parameter of text allows
        if real and case.meta is not None and case.meta.generation.mode.is_positive:
            for name in rows.keys() & case.path_parameters.keys():
                case.path_parameters[name] = rows[name] or 1
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    once()
