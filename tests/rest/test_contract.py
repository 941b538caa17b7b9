"""What every operation of the API has in common: who may, how errors look, how lists are paged."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from tests.kit import people
from tests.rest.kit import ApiClient
from zhize.kernel import access
from zhize.kernel.accounts import capabilities as account_capabilities
from zhize.kernel.accounts import services as accounts
from zhize.kernel.accounts import tokens
from zhize.kernel.accounts.models import ApiToken
from zhize.lib import clock
from zhize.rest import operations, schema, services, urls
from zhize.rest.models import WebhookEndpoint

pytestmark = pytest.mark.django_db

GRANTS = {"webhook.view": "all", "webhook.manage": "all"}


@pytest.fixture
def api() -> ApiClient:
    return ApiClient(people.somebody(GRANTS))


def endpoint_body(**changes: Any) -> dict[str, Any]:
    body = {"name": "BI", "url": "https://example.com/hook", "facts": ["job.failed"]}
    return {**body, "position": people.position(people.unit()).pk, **changes}


class TestTokens:
    def test_without_a_token_nothing_is_answered(self) -> None:
        answer = ApiClient(None).get("/webhooks")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "unauthenticated"

    def test_a_login_session_opens_no_api(self) -> None:
        user = people.somebody(GRANTS)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/api/v1/webhooks").status_code == 401

    def test_a_token_may_not_more_than_its_scopes(self) -> None:
        narrow = ApiClient(people.somebody(GRANTS), "webhook.view")
        assert narrow.get("/webhooks").status_code == 200
        refused = narrow.post("/webhooks", endpoint_body())
        assert refused.status_code == 403
        assert refused.json()["code"] == "refused.webhook.manage"
        assert not WebhookEndpoint.objects.exists()

    def test_a_token_may_not_more_than_its_user(self) -> None:
        assert ApiClient(people.somebody({}), "webhook.view").get("/webhooks").status_code == 403

    def test_revoked_expired_and_disabled_tokens_are_refused(self) -> None:
        cli = access.system(account_capabilities.CLI)
        user = people.somebody(GRANTS)
        api = ApiClient(user)
        assert api.get("/webhooks").status_code == 200
        tokens.revoke(actor=cli, token=ApiToken.objects.get())
        assert api.get("/webhooks").status_code == 401
        short = tokens.issue(actor=cli, user=user, name="short", expires_at=clock.now() + timedelta(hours=1))
        api.headers["Authorization"] = f"Bearer {short.secret}"
        assert api.get("/webhooks").status_code == 200
        with time_machine.travel(clock.now() + timedelta(hours=2)):
            assert api.get("/webhooks").status_code == 401
        other = ApiClient(user)
        accounts.set_active(actor=cli, user=user, active=False)
        assert other.get("/webhooks").status_code == 401

    def test_only_the_digest_of_a_token_is_kept(self) -> None:
        issued = tokens.issue(
            actor=access.system(account_capabilities.CLI), user=people.somebody({}), name="x"
        )
        row = ApiToken.objects.get()
        kept = " ".join(str(getattr(row, field.attname)) for field in row._meta.concrete_fields)
        assert issued.secret not in kept
        assert issued.secret.startswith(row.prefix)

    def test_too_many_requests_are_told_when_to_come_back(self, api: ApiClient, settings: Any) -> None:
        config = type(settings.CONFIG)(api_requests_per_minute=3)
        with override_settings(CONFIG=config), time_machine.travel(clock.now(), tick=False) as time:
            codes = [api.get("/webhooks").status_code for _ in range(4)]
            assert codes == [200, 200, 200, 429]
            assert api.get("/webhooks")["Retry-After"] == "20"
            time.shift(timedelta(seconds=20))
            assert api.get("/webhooks").status_code == 200


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "body", "status", "code"),
        [
            ("GET", "/nothing", None, 404, "not_found"),
            ("GET", "/webhooks/999999", None, 404, "not_found"),
            ("GET", "/webhooks/abc", None, 404, "not_found"),
            ("GET", "/webhooks/252331147509621093040128", None, 404, "not_found"),
            ("GET", "/webhooks/-1", None, 404, "not_found"),
            ("PUT", "/webhooks", {}, 405, "method_not_allowed"),
            ("POST", "/webhooks", b"{", 400, "malformed"),
            ("POST", "/webhooks", b"[]", 422, "invalid"),
            ("POST", "/webhooks", {"name": 1}, 422, "invalid"),
            ("GET", "/webhooks?limit=0", None, 422, "invalid"),
            ("GET", "/webhooks?limit=252331147509621093040128", None, 422, "invalid"),
            ("GET", "/webhooks?cursor=forged", None, 422, "cursor.invalid"),
            ("GET", "/webhooks?limt=5", None, 422, "invalid"),
            ("GET", "/webhooks?limit=5&limit=6", None, 422, "invalid"),
            ("GET", "/webhooks?cursor=%00", None, 422, "invalid"),
        ],
    )
    def test_every_refusal_is_a_problem_document(
        self, api: ApiClient, method: str, path: str, body: Any, status: int, code: str
    ) -> None:
        answer = api.send(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer["X-Request-Id"]

    def test_other_content_than_json_is_refused(self, api: ApiClient) -> None:
        answer = api.post("/webhooks", b"<x/>", content_type="text/xml")
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_a_body_that_is_too_large_is_refused(self, api: ApiClient) -> None:
        answer = api.post("/webhooks", b'{"name": "' + b"x" * 3_000_000 + b'"}')
        assert answer.status_code == 413

    def test_errors_name_the_fields_of_the_body(self, api: ApiClient) -> None:
        answer = api.post("/webhooks", {"name": 1, "colour": "red"})
        assert set(answer.json()["errors"]) == {"name", "url", "facts", "position", "colour"}

    def test_true_is_no_number(self, api: ApiClient) -> None:
        answer = api.post("/webhooks", endpoint_body(position=True))
        assert answer.status_code == 422
        assert not WebhookEndpoint.objects.exists()

    def test_true_is_no_number_where_nothing_may_stand_either(self) -> None:
        class Body(schema.Schema):
            parent: schema.Id | None = None
            amount: int | None = None
            kept: bool | None = None

        assert Body(parent=None, kept=True).kept is True
        for name in ("parent", "amount"):
            with pytest.raises(ValidationError, match="a number is needed"):
                Body.model_validate({name: True})

    @pytest.mark.parametrize("text", ["a\x00b", "\x00"])
    def test_texts_that_the_database_cannot_hold_are_refused(self, api: ApiClient, text: str) -> None:
        assert api.post("/webhooks", endpoint_body(name=text)).status_code == 422
        assert api.post("/webhooks", endpoint_body(facts=[text])).status_code == 422

    def test_a_failure_tells_nothing_of_the_inside(
        self, api: ApiClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(**_values: Any) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr(services, "create", broken)
        answer = api.post("/webhooks", endpoint_body())
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert "secret" not in answer.content.decode()

    def test_a_row_of_another_unit_is_not_found(self) -> None:
        mine, theirs = people.unit(), people.unit()
        admin = people.somebody(GRANTS)
        row = services.create(
            actor=people.actor(admin),
            name="BI",
            url="https://example.com/",
            facts=["job.failed"],
            position=people.position(theirs),
        )
        neighbour = ApiClient(people.somebody({"webhook.view": "unit", "webhook.manage": "unit"}, mine))
        assert neighbour.get(f"/webhooks/{row.pk}").status_code == 404
        assert neighbour.get("/webhooks").json()["items"] == []
        reader = ApiClient(people.somebody({"webhook.view": "all"}))
        assert reader.get(f"/webhooks/{row.pk}").status_code == 200
        assert reader.send("PATCH", f"/webhooks/{row.pk}", {"name": "x"}).status_code == 403


class TestPaging:
    def _make(self, count: int) -> None:
        position = people.position(people.unit())
        WebhookEndpoint.objects.bulk_create(
            WebhookEndpoint(
                name=f"E{n}",
                url="https://example.com/",
                facts=["*"],
                position=position,
                created_at=clock.now(),
            )
            for n in range(count)
        )

    def test_pages_follow_each_other_without_gap_or_double(self, api: ApiClient) -> None:
        self._make(7)
        seen: list[str] = []
        cursor = ""
        for _page in range(3):
            answer = api.get("/webhooks", limit=3, **({"cursor": cursor} if cursor else {})).json()
            seen += [row["name"] for row in answer["items"]]
            cursor = answer["next"]
            self._make(1)
        assert seen == ["E6", "E5", "E4", "E3", "E2", "E1", "E0"]
        assert cursor is None

    def test_a_cursor_of_another_list_is_refused(self, api: ApiClient) -> None:
        self._make(3)
        cursor = api.get("/webhooks", limit=1).json()["next"]
        endpoint = WebhookEndpoint.objects.first()
        assert endpoint is not None
        assert api.get(f"/webhooks/{endpoint.pk}/deliveries", cursor=cursor).status_code == 422

    def test_a_page_costs_the_same_however_long_the_list(
        self, api: ApiClient, django_assert_max_num_queries: Any
    ) -> None:
        self._make(60)
        with django_assert_max_num_queries(12) as counted:
            api.get("/webhooks", limit=50)
        small = len(counted)
        with django_assert_max_num_queries(small):
            api.get("/webhooks", limit=2)


class TestDocumentation:
    def test_the_document_names_every_operation_and_the_problem_documents(self, api: ApiClient) -> None:
        document = api.get("/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        for route in operations.routes(urls.api):
            operation = document["paths"][route.path][route.method.lower()]
            assert {"401", "403", "429", "500"} <= set(operation["responses"])
            if route.method == "POST":
                assert any(item["name"] == "Idempotency-Key" for item in operation["parameters"])
        assert "Problem" in document["components"]["schemas"]
        assert "http" not in {server.get("url", "")[:4] for server in document["servers"]}

    def test_operation_ids_are_unique_and_every_operation_says_who_may_call_it(self) -> None:
        found = list(operations.routes(urls.api))
        assert len({route.operation_id for route in found}) == len(found)
        for route in found:
            for capability in route.spec.capabilities:
                access.known(capability)

    def test_an_operation_that_does_not_say_who_may_call_it_cannot_be_declared(self) -> None:
        router = operations.Router("x")
        with pytest.raises(TypeError, match="who may call"):
            router.get("/x", response=dict)(lambda request: {})

    def test_the_page_asks_no_other_site_for_anything(self, client: Client) -> None:
        page = client.get("/api/v1/docs").content.decode()
        assert "//" not in page.replace("<!--", "")
        assert "style=" not in page

    def test_the_document_is_valid(self, api: ApiClient) -> None:
        document = api.get("/openapi.json").json()
        schemas = document["components"]["schemas"]
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in schemas)
        for shape in schemas.values():
            Draft202012Validator.check_schema(shape)
        refs = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
        assert refs
        assert refs <= {f"#/components/schemas/{name}" for name in schemas}
        for path, methods in document["paths"].items():
            for operation in methods.values():
                named = {item["name"] for item in operation.get("parameters", []) if item["in"] == "path"}
                assert named == set(re.findall(r"{(\w+)}", path))

    def test_the_page_shows_every_operation(self, client: Client) -> None:
        page = client.get("/api/v1/docs").content.decode()
        for route in operations.routes(urls.api):
            assert f'id="{route.operation_id}"' in page
