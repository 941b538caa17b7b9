"""The scope matrix: every page, export, search box, chooser, file, feed and API operation, asked from five places.

A centre's rows are reached from the centre itself; from a sibling, from below, from above with a grant that does not
reach down, and by somebody without grants, nothing of them is read and nothing is changed. The lists of
addresses come from the resolver and the API: one that nobody gave a row to, or a reason to be open, fails.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.contracts.test_routes import address, contents, operations_of_the_api, pages
from tests.journeys.test_every_page import ROWS, WORDS
from tests.kernel.files.contents import picture
from tests.kit import bodies, everything, people
from tests.kit.cast import Cast
from tests.kit.everything import API_ROWS
from tests.rest.kit import ApiClient
from zhize.domains.cases.models import Case
from zhize.domains.duties.models import DutyClause
from zhize.domains.meetings.models import Decision
from zhize.kernel import access, files
from zhize.kernel.access.models import Grant
from zhize.kernel.accounts.models import User
from zhize.kernel.documents.papers import read_paper
from zhize.kernel.history.models import Entry
from zhize.kernel.notices.models import Notice
from zhize.kernel.org.models import Appointment, Person, Position, Unit
from zhize.rest import urls
from zhize.rest.operations import Route as Operation
from zhize.ui import routes

BACKEND = "django.contrib.auth.backends.ModelBackend"
REFUSED = {403, 404}
# What stands only in the centre's own rows: households, phones, titles, notes.
MARKS = (
    "A苑",
    "业主A",
    "13812",
    "楼道灯",
    "维保单位",
    "张小明",
    "涉及人身安全",
    "碧水园,9,1,901",
    "核对钥匙",
    "owner.a@",
    "退信",
    "方大同",
    "街道办",
    "服务例会",
    "检查门禁",
    "合并两张表",
    "服务公约",
    "增加照明",
    "回老家",
    "绿化员",
    "归还钥匙",
    "李女士",
    "赵先生",
    "张先生",
    "多次投诉",
    "喜欢下午来电",
)

# Rows of pages that only take a POST, beside those that the browser opens.
MORE_ROWS = {
    "admin/deliveries/addresses": "notices.DeadAddress",
    "admin/reactions": "history.Reaction",
    "customers/emails": "customers.EmailAddress",
    "customers/erasures": "customers.ErasureRequest",
    "customers/members": "customers.HouseholdMember",
    "customers/notes": "customers.Note",
    "customers/phones": "customers.Phone",
    "customers/roles": "customers.ContactRole",
    "admin/logins/tokens": "accounts.ApiToken",
    "files": "files.Attachment",
    "people/absences": "org.Absence",
    "progress": "cases.Case",
    "transfers": "cases.Transfer",
    "ui/views": "ui.SavedView",
}
# Addresses whose key is no row of the centre, and why whoever gets so far may.
OPEN = {
    "account/sessions": "one's own sessions, looked up under one's own login",
    "admin/calendars": "calendars are the company's; changing one asks for the unit it belongs to",
    "admin/case-types": "the words of the applied pack",
    "admin/jobs": "the operator's queue; jobs belong to no unit",
    "admin/messages": "the texts of the program",
    "admin/reactions": "the operator's queue; reactions belong to no unit",
    "admin/settings": "the rules of the applied pack; its policy asks for the unit of the pack",
    "ui/gallery": "samples of the kit",
    "ui/gallery/error": "samples of the kit",
    "ui/gallery/form": "samples of the kit",
}
# What only the one who asked for leave may do with it, and one's own notices.
NOT_EVEN_OWN = {"shifts:withdraw", "shifts:cancel", "shifts:back", "desk:notice"}
# What a place below was asked to read and sign by the centre.
TOLD = {("child", "readings")}
API_WORDS = {"verb": "x", "key": "x", "code": "x"}
# One's own feed, one's own token, and the record that one exported a list (in which nothing stood).
OWN_TABLES = {"duties_calendarfeed", "accounts_apitoken", "history_entry", "history_entrysubject"}


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Thousands of refusals need not be logged."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def stage(cast: Cast) -> dict[str, User]:
    """Everything in the centre, and who looks at it: from four places with every right, and somebody without any."""
    somebody = everything.everybody(cast)
    everything.furnish(cast, somebody)
    everything.beside(cast, somebody)
    case = Case.objects.order_by("pk").first()
    actor = cast.actor("limin")
    blob = files.store(actor=actor, content=picture(), name="a.png")
    files.attach(actor=actor, blob=blob, subject=case, name="楼道灯.png")
    return {
        "own": _viewer(cast.centre, "subtree"),
        "sibling": _viewer(cast.sibling, "subtree"),
        "child": _viewer(people.unit("一班", cast.centre), "subtree"),
        "parent": _viewer(cast.company, "unit"),
        "nobody": _viewer(cast.sibling, ""),
    }


def _viewer(unit: Unit, scope: str) -> User:
    position = Position.objects.create(unit=unit, code=f"v-{unit.pk}-{scope}", name="看客")
    Grant.objects.bulk_create(
        Grant(position=position, capability=each.code, scope=scope)
        for each in access.all_capabilities()
        if scope
    )
    person = Person.objects.create(name="看客", employee_no=f"V{position.pk}")
    Appointment.objects.create(person=person, position=position, from_on=date(2024, 1, 1))
    user = User(login=f"v{position.pk}", person=person)
    user.set_unusable_password()
    user.save()
    return user


def where(route: routes.Route) -> str:
    return route.pattern.partition("<")[0].strip("/")


def keyed(route: routes.Route) -> bool:
    return "<" in route.pattern


def test_every_address_with_a_key_has_a_row_or_a_reason() -> None:
    """A new page or operation must be given a row of the centre here, or a reason to be open."""
    known = {**ROWS, **MORE_ROWS, **OPEN}
    unknown = {
        route.name
        for route in pages()
        if keyed(route) and route.access and not route.access.public and where(route) not in known
    }
    assert not unknown
    keys = {key for each in operations_of_the_api() for key in re.findall(r"{(\w+)}", each.path)}
    assert keys == set(API_ROWS) | set(API_WORDS)


def url_of(route: routes.Route) -> str | None:
    """The route's address with a row of the centre; None when the stage has no such row."""
    place = where(route)
    values: dict[str, Any] = dict(WORDS.get(place, {}))
    if label := {**ROWS, **MORE_ROWS}.get(place):
        row = _of_the_centre(label)
        if row is None:
            return None
        values |= {"pk": row.pk, "number": getattr(row, "number", ""), "case_id": row.pk, "size": "small"}
    if "decision" in route.pattern:
        values |= {"decision": Decision.objects.get(meeting_id=values["pk"]).pk}
    if place == "duties" and "clause" in route.pattern:
        linked = DutyClause.objects.order_by("duty_id", "pk").first()
        assert linked is not None
        values |= {"pk": linked.duty_id, "clause": linked.clause_id}
    return address(route, values)


def _of_the_centre(label: str) -> Any:
    rows = apps.get_model(label)._base_manager.order_by("pk")
    if label == "org.Unit":
        rows = rows.filter(code="WY-A")
    if label in {"accounts.User", "org.Person"}:
        rows = rows.filter(**{"login": "limin"} if label == "accounts.User" else {"employee_no": "A01"})
    if label == "files.Attachment":
        rows = rows.filter(blob__width__isnull=False)
    if label == "history.Entry":
        rows = rows.filter(subject_type="cases.case")
    return rows.first()


def asked(client: Client, method: str, url: str, *, brief: bool = True, **data: Any) -> tuple[int, str]:
    """Status and text of the answer. `brief`: a refusal need not be made up as a page."""
    headers = {"Accept": "application/json"} if brief else {}
    answer = (
        client.get(url, data, headers=headers)
        if method == "GET"
        else client.post(url, {"name": "x", "note": "x", **data}, headers=headers)
    )
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, words(body)


def words(body: bytes) -> str:
    """What stands in an answer, also in a workbook or a PDF."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if body.startswith(b"%PDF"):
        return read_paper(body)
    return body.decode("utf-8", "replace")


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def leaks(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def pages_with_rows(client: Client, name: str) -> Iterator[str]:
    """Faults of the pages about one row of the centre, looked at by somebody who must not reach it."""
    for route in pages():
        assert route.access is not None
        if route.access.public or not keyed(route):
            continue
        if (name, where(route)) in TOLD:
            continue
        if where(route) in OPEN and (name != "nobody" or not route.access.capabilities):
            continue
        url = url_of(route)
        if url is None:
            yield f"{route.name}: no row on the stage"
            continue
        for method in route.access.methods:
            status, _text = asked(client, method, url)
            if status not in REFUSED:
                yield f"{name} {method} {route.name} {url}: {status}"


def forms(client: Client, name: str) -> Iterator[str]:
    """Faults of pages without a key that take a POST, for somebody without any right."""
    for route in pages():
        assert route.access is not None
        if keyed(route) or not route.access.capabilities or route.name.startswith("ui:gallery"):
            continue
        for method in route.access.methods:
            status, _text = asked(client, method, address(route, {}))
            if status not in REFUSED:
                yield f"{name} {method} {route.name}: {status}"


def pages_with_lists(client: Client, name: str) -> Iterator[str]:
    """Faults of lists, searches, choosers and exports: what is the centre's alone must not stand in them."""
    for route in pages():
        assert route.access is not None
        if route.access.public or keyed(route) or "GET" not in route.access.methods:
            continue
        if route.name.startswith("ui:gallery"):
            continue
        export = getattr(getattr(route.view, "view_class", None), "export", None)
        tries: list[dict[str, str]] = [{"export": "csv"}] if export else [{}]
        if route.name.endswith(("options", "people", "owed_duties")):
            tries = [{"q": "业主"}, {"q": "13812"}]
        if route.name == "ui:palette":
            tries = [{"q": "业主A101"}, {"q": "楼道灯"}]
        if route.name == "channels:lookup":
            tries = [{"q": "业主A101"}]
        if export and name == "sibling":
            tries += [{"q": "楼道灯"}, {"q": "13812000101"}]
        for query in tries:
            status, text = asked(client, "GET", address(route, {}), **query)
            # What was typed stands in its box again.
            found = leaks(text.replace(query["q"], "") if "q" in query else text)
            if status >= 500 or (found and (name, where(route)) not in TOLD):
                yield f"{name} {route.name} {query}: {status} shows {found}"


def api_paths(operation: Operation) -> str:
    def fill(place: re.Match[str]) -> str:
        key = place.group(1)
        if key not in API_ROWS:
            return API_WORDS[key]
        row = _of_the_centre(API_ROWS[key])
        return str(row.pk) if row is not None else "0"

    return re.sub(r"{(\w+)}", fill, operation.path.removeprefix("/api/v1"))


def notices() -> Iterator[str]:
    """Who was told of a row that he may not see."""
    for told in Notice.objects.exclude(subject_type="").select_related("person"):
        model = apps.get_model(told.subject_type)
        row = model._default_manager.filter(pk=told.subject_id).first()
        actor = access.for_person(told.person, channel="web")
        if row is not None and model in access.models_with_policy() and not sees(actor, row):
            yield f"{told.person} was told of {told.subject_type} {told.template}: {told.title}"


def sees(actor: access.Actor, row: Any) -> bool:
    policy = access.policy_of(type(row))
    return policy.allows(actor, policy.view, row)


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", picture())


def api_body(operation: Operation, document: dict[str, Any]) -> Any:
    """A body that is well-formed; what would make a row of one's own makes it in the centre, or is empty."""
    said = document["paths"][operation.path][operation.method.lower()]
    if "{" in operation.path or operation.method == "GET":
        return bodies.body_of(said, document)
    if "unit" not in bodies.body_of(said, document, full=True):
        return {}
    return {**bodies.body_of(said, document), "unit": _of_the_centre("org.Unit").pk}


def api_operations(client: ApiClient, name: str) -> Iterator[str]:
    """Faults of the API: a row of the centre is refused whatever the body, a list names nothing of it."""
    document = urls.api.get_openapi_schema()
    for each in operations_of_the_api():
        if each.spec.public:
            continue
        answer = client.send(each.method, api_paths(each), api_body(each, document))
        if each.path.endswith("/files") and each.method == "POST":
            address = f"/api/v1{api_paths(each)}"
            answer = client.client.post(address, {"upload": upload()}, headers=client.headers)
        text = answer.content.decode("utf-8", "replace")
        names_a_row = set(re.findall(r"{(\w+)}", each.path)) & set(API_ROWS)
        if names_a_row and answer.status_code not in REFUSED:
            yield f"{name} {each.method} {each.path}: {answer.status_code} {text[:200]}"
        if answer.status_code >= 500 or leaks(text):
            yield f"{name} {each.method} {each.path}: {answer.status_code} shows {leaks(text)}"


@pytest.mark.req("ORG-30")
@pytest.mark.req("ORG-31")
def test_the_rows_of_a_centre_are_reached_from_nowhere_else(stage: dict[str, User], quiet: None) -> None:
    faults: list[str] = [*notices()]
    names = ("sibling", "child", "parent", "nobody")
    at_the_door = [(name, signed_in(stage[name]), ApiClient(stage[name])) for name in names]
    before, last = contents(), Entry.objects.latest("pk").pk
    for name, client, api in at_the_door:
        faults += pages_with_rows(client, name)
        faults += pages_with_lists(client, name)
        if name == "nobody":
            faults += forms(client, name)
        faults += api_operations(api, name)
    after = contents()
    changed = {table for table in after if after[table] != before[table]} - OWN_TABLES
    assert set(Entry.objects.filter(pk__gt=last).values_list("verb", flat=True)) <= {"list.exported"}
    assert not faults, "\n".join(faults)
    assert not changed


def test_the_rows_of_a_centre_are_reached_from_itself(stage: dict[str, User], quiet: None) -> None:
    """Without this a matrix of addresses that nobody reaches would be green."""
    client = signed_in(stage["own"])
    faults = []
    for route in pages():
        assert route.access is not None
        place = where(route)
        if route.access.public or place not in {**ROWS, **MORE_ROWS} or place in OPEN:
            continue
        if "GET" not in route.access.methods or route.name in NOT_EVEN_OWN or (url := url_of(route)) is None:
            continue
        status, _text = asked(client, "GET", url)
        if status in REFUSED or status >= 500:
            faults.append(f"{route.name} {url}: {status}")
    assert not faults, "\n".join(faults)
