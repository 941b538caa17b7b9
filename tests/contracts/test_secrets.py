"""What opens a door stands in no log, whatever goes wrong with it."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils.module_loading import import_string

from tests.kit import people
from tests.kit.cast import Cast
from tests.rest.kit import ApiClient
from zhize.domains.cases import services as cases
from zhize.domains.channels import services as channels
from zhize.domains.duties.services import feeds
from zhize.kernel import access, jobs
from zhize.kernel.accounts import capabilities, tokens
from zhize.kernel.accounts.models import User
from zhize.project.logs import veiled

WRONG, NEW = "kept-secret-guess-7", "another-horse-22"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the console would show, at the most talkative level."""
    said = io.StringIO()
    options = dict(settings.LOGGING["formatters"]["line"])
    handler = logging.StreamHandler(said)
    handler.setFormatter(import_string(options.pop("()"))(**options))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.setLevel(before)
    root.removeHandler(handler)


def test_no_secret_reaches_the_log(cast: Cast, lines: io.StringIO) -> None:
    user = User.objects.get(login="limin")
    user.set_password(people.PASSWORD)
    user.save()
    client = Client(raise_request_exception=False)
    client.post("/login/", {"login": "limin", "password": WRONG})
    client.post("/login/", {"login": "limin", "password": people.PASSWORD})
    client.post("/account/password/", {"old_password": WRONG, "password": NEW, "again": NEW})
    client.post("/logout/")
    client.post("/login/forgotten/", {"who": "limin"})
    jobs.run_all(keep_failures=True)
    sent = " ".join(str(message.body) for message in mail.outbox)
    code = "".join(re.findall(r"code=([\w-]+)", sent)[:1])
    client.get(f"/login/reset/?code={code}")
    client.post("/login/reset/", {"code": code or "x", "password": NEW, "again": "different"})
    issued = tokens.issue(actor=access.system(capabilities.CLI), user=user, name="BI")
    api = ApiClient(None)
    api.headers["Authorization"] = f"Bearer {issued.secret}"
    assert api.get("/cases/999999").status_code == 404
    api.headers["Authorization"] = f"Bearer {issued.secret}x"
    assert api.get("/cases").status_code == 401
    _feed, secret = feeds.open_feed(actor=cast.actor("limin"))
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    stranger.post(f"/calendar/feed/{secret}.ics")
    intake = cases.Intake(
        type="complaint", title="电梯异响", channel="phone", customer=cast.customers["A101"]
    )
    progress = channels.progress_code(cases.open_case(actor=cast.actor("limin"), intake=intake))
    assert stranger.post(f"/p/progress/{progress}/", {"body": "x"}).status_code == 403
    logging.getLogger("zhize").error(
        "failed", exc_info=RuntimeError(f"https://u:{WRONG}@host/?token={WRONG}")
    )
    said = lines.getvalue()
    assert "/p/progress/***/" in said  # the log is really read
    secrets: dict[str, Any] = {
        "password": people.PASSWORD,
        "wrong password": WRONG,
        "new password": NEW,
        "token": issued.secret,
        "feed": secret,
        "progress code": progress,
        "reset code": code,
        "hash": user.password,
    }
    assert [name for name, value in secrets.items() if value and value in said] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bearer zz_abcdefghijkl", "Bearer zz_***"),
        ("GET /p/survey/abc-def/?x=1", "GET /p/survey/***/?x=1"),
        ("/api/v1/hooks/s3cret", "/api/v1/hooks/***"),
        ("/login/reset/?code=a-b&next=/", "/login/reset/?code=***&next=/"),
        ("postgresql://zhize:pass@db/zhize", "postgresql://zhize:***@db/zhize"),
        ("the case TS-1 was opened", "the case TS-1 was opened"),
    ],
)
def test_a_line_is_veiled_where_a_secret_stands(text: str, shown: str) -> None:
    assert veiled(text) == shown
