"""What is measured: pages and operations as a signed-in person asks for them."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases.models import Case
from zhize.kernel.accounts.models import User


def floor() -> object:
    """The newest 25 cases of a unit with their customer, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number, c.title, c.category, c.next_due_at, k.name FROM cases_case c"
            " LEFT JOIN customers_customer k ON k.id = c.customer_id WHERE c.unit_id = %s ORDER BY c.id DESC LIMIT 25",
            [Case.objects.values_list("unit_id", flat=True)[0]],
        )
        return cursor.fetchall()


def of(cast: Cast) -> dict[str, Callable[[], object]]:
    """Name → request."""
    client = Client()
    user = User.objects.get(login="wangfang")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    api = ApiClient(user)
    number = Case.objects.order_by("pk").values_list("number", flat=True)[0]

    def page(path: str) -> Callable[[], object]:
        def run() -> object:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            return answer

        return run

    return {
        "case list, 25 rows, counts": page("/cases/?size=25"),
        "case list, open ones": page("/cases/?size=25&chip=open"),
        "search, 2 characters": page("/cases/?size=25&q=漏水"),
        "search, 4 characters": page("/cases/?size=25&q=装修噪音"),
        "search, phone fragment": page("/cases/?size=25&q=00012345"),
        "one case": page(f"/cases/{number}/"),
        "my day": page("/"),
        "API list, 50 cases": lambda: api.get("/cases", limit=50),
    }


def queries(run: Callable[[], object]) -> int:
    """How many statements one request makes."""
    with CaptureQueriesContext(connection) as caught:
        run()
    return len(caught)
