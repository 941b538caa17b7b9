"""The obligation's page and its acts, through the browser's door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.domains.duties.cast import MONDAY_9
from zhize.domains.duties import capabilities as caps
from zhize.domains.duties import services as duties
from zhize.domains.duties.models import Obligation
from zhize.kernel import access
from zhize.kernel.accounts.models import User
from zhize.lib.text import Text

SYSTEM = access.system(caps.TRIGGER)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


def browser(centre, name):
    user = User.objects.create(login=f"user{centre.people[name].pk}", person=centre.people[name])
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def row(centre):
    return duties.open_obligation(
        actor=SYSTEM,
        unit=centre.unit,
        title=Text("票据存根核对", "Check the stubs"),
        holder=centre.people["李敏"],
        position=centre.positions["receptionist"],
        target={"kind": "working", "minutes": 600},
    )


class TestDetail:
    def test_it_shows_what_until_when_and_what_can_be_done(self, centre, row):
        page = browser(centre, "李敏").get(f"/obligations/{row.pk}/")
        text = page.content.decode()
        assert page.status_code == 200
        for piece in ("票据存根核对", "李敏", "verbs/fulfil/", "办理说明"):
            assert piece in text
        assert "verbs/submit/" not in text

    def test_how_it_was_computed(self, centre, row):
        text = browser(centre, "李敏").get(f"/obligations/{row.pk}/explain/").content.decode()
        assert "2026-03-03 周二 10:00" in text
        assert "<html" not in text

    def test_a_stranger_finds_nothing_and_a_visitor_is_sent_to_the_login(self, centre, row):
        assert browser(centre, "孙丽").get(f"/obligations/{row.pk}/").status_code == 404
        assert Client().get(f"/obligations/{row.pk}/").status_code == 302

    def test_the_number_of_queries_is_fixed(self, centre, row, django_assert_max_num_queries):
        client = browser(centre, "王芳")
        with django_assert_max_num_queries(35):
            assert client.get(f"/obligations/{row.pk}/").status_code == 200


class TestActs:
    def test_done_with_a_note(self, centre, row):
        client = browser(centre, "李敏")
        refused = client.post(f"/obligations/{row.pk}/verbs/fulfil/", {"note": ""})
        assert refused.status_code == 422
        assert client.post(f"/obligations/{row.pk}/verbs/fulfil/", {"note": "都对"}).status_code in {200, 302}
        row.refresh_from_db()
        assert (row.state, row.evidence.get().text) == ("done", "都对")

    def test_a_file_is_kept_as_the_evidence(self, centre):
        asked = duties.open_obligation(
            actor=SYSTEM,
            unit=centre.unit,
            title=Text("张贴剪报", "Post cuttings"),
            holder=centre.people["李敏"],
            evidence={"kind": "file", "label": {"zh": "照片", "en": "Photo"}},
        )
        client = browser(centre, "李敏")
        assert "照片" in client.get(f"/obligations/{asked.pk}/verbs/fulfil/").content.decode()
        photo = SimpleUploadedFile("照片.png", PNG, content_type="image/png")
        client.post(f"/obligations/{asked.pk}/verbs/fulfil/", {"file": photo, "note": "已张贴"})
        asked.refresh_from_db()
        assert asked.state == "done"
        assert asked.evidence.get(kind="file").row_type == "files.attachment"

    def test_a_signature_is_kept_as_a_picture(self, centre):
        import base64

        asked = duties.open_obligation(
            actor=SYSTEM, unit=centre.unit, title=Text("交接签字", "Sign"), holder=centre.people["李敏"],
            evidence={"kind": "signature"},
        )  # fmt: skip
        client = browser(centre, "李敏")
        bad = client.post(f"/obligations/{asked.pk}/verbs/fulfil/", {"signature": "nonsense"})
        assert bad.status_code == 422
        drawn = "data:image/png;base64," + base64.b64encode(PNG).decode()
        client.post(f"/obligations/{asked.pk}/verbs/fulfil/", {"signature": drawn})
        asked.refresh_from_db()
        assert asked.state == "done"

    def test_counting_adds_up(self, centre):
        asked = duties.open_obligation(
            actor=SYSTEM, unit=centre.unit, title=Text("回访", "Calls"), holder=centre.people["李敏"],
            evidence={"kind": "count"}, quota=5,
        )  # fmt: skip
        client = browser(centre, "李敏")
        client.post(f"/obligations/{asked.pk}/verbs/fulfil/", {"count": "2"})
        asked.refresh_from_db()
        assert (asked.state, asked.progress) == ("open", 2)
        client.post(f"/obligations/{asked.pk}/verbs/fulfil/", {"count": "3"})
        asked.refresh_from_db()
        assert asked.state == "done"

    def test_a_leader_moves_reassigns_and_excuses(self, centre, row):
        client = browser(centre, "王芳")
        later = "2026-03-06T12:00"
        client.post(f"/obligations/{row.pk}/move/", {"due_at": later, "reason": "月底"})
        client.post(
            f"/obligations/{row.pk}/reassign/", {"to": str(centre.people["周敏"].pk), "reason": "请假"}
        )
        row.refresh_from_db()
        assert row.holder == centre.people["周敏"]
        assert row.due_at > MONDAY_9 + timedelta(days=4)
        client.post(f"/obligations/{row.pk}/verbs/excuse/", {"reason": "停业"})
        row.refresh_from_db()
        assert row.state == "excused"

    @pytest.mark.parametrize("act", ["move", "reassign", "verbs/excuse", "verbs/cancel", "verbs/accept"])
    def test_refused_requests_change_nothing(self, centre, row, act):
        client = browser(centre, "李敏")
        answer = client.post(f"/obligations/{row.pk}/{act}/", {"reason": "x", "due_at": "2026-03-06T12:00"})
        assert answer.status_code == 403
        row.refresh_from_db()
        assert (row.state, row.holder) == ("open", centre.people["李敏"])

    def test_a_task_is_given_and_comes_back(self, centre):
        client = browser(centre, "王芳")
        assert client.get("/obligations/new/").status_code == 200
        client.post(
            "/obligations/new/",
            {
                "title": "布置会场",
                "holder": str(centre.people["李敏"].pk),
                "report_back": "on",
                "due_at": "2026-03-02T17:00",
            },
        )
        task = Obligation.objects.get()
        assert (task.holder, task.acceptor) == (centre.people["李敏"], centre.people["王芳"])
        found = client.get("/obligations/people/?q=李").json()["items"]
        assert [item["text"] for item in found] == ["李敏"]
