from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.kernel.files import contents
from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.accounts.models import User
from zhize.kernel.files import handles
from zhize.kernel.numbering.models import IssuedNumber
from zhize.kernel.org.models import Person


@pytest.fixture
def attachment(insider: Actor, paper: IssuedNumber) -> Any:
    blob = files.store(actor=insider, content=contents.PDF)
    return files.attach(actor=insider, blob=blob, subject=paper, name="漏水.pdf")


def browser(actor: Actor) -> Client:
    user = User.objects.create(login=actor.label, person=Person.objects.get(pk=actor.person_id))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_attachment_opens_for_who_sees_its_row_and_for_nobody_else(
    attachment: Any, insider: Actor, stranger: Actor
) -> None:
    address = files.url(attachment)
    answer = browser(insider).get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == contents.PDF  # type: ignore[attr-defined]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_an_upload_answers_with_its_ticket_or_the_reason(insider: Actor) -> None:
    client = browser(insider)
    answer = client.post("/files/upload/", {"file": SimpleUploadedFile("照片.png", contents.picture())})
    assert answer.status_code == 201
    assert answer.json()["is_image"] is True
    assert handles.read(answer.json()["handle"])[1] == "照片.png"
    refused = client.post("/files/upload/", {"file": SimpleUploadedFile("x.exe", contents.PROGRAM)})
    assert (refused.status_code, refused.json()["code"]) == (422, "files.not_allowed")
    assert client.post("/files/upload/").status_code == 422
