from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from tests.kernel.files import contents
from zhize.kernel import access, files, history
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound, Refused
from zhize.kernel.files import handles, sniffing
from zhize.kernel.files.models import Attachment
from zhize.kernel.numbering.models import IssuedNumber


def attach(
    actor: Actor, paper: IssuedNumber, content: bytes = contents.PDF, name: str = "漏水.pdf", **more: Any
) -> Attachment:
    blob = files.store(actor=actor, content=content, name=name)
    return files.attach(actor=actor, blob=blob, subject=paper, name=name, **more)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_an_attachment_stands_in_the_history_of_its_row(insider: Actor, paper: IssuedNumber) -> None:
    attach(insider, paper, kind="contract")
    entry = history.timeline(paper)[0]
    assert entry.verb == "file.attached"
    assert entry.sentence() == "李敏上传了附件《漏水.pdf》"
    [found] = files.for_subject(paper)
    assert (found.name, found.kind, found.created_by_label) == ("漏水.pdf", "contract", "李敏")
    assert list(files.for_subject(paper, kind="photo")) == []
    assert files.of_subjects([paper]) == {("numbering.issuednumber", paper.pk): [found]}


def test_who_cannot_see_the_row_can_neither_attach_nor_open_nor_remove(
    insider: Actor, stranger: Actor, paper: IssuedNumber, request_for: Any
) -> None:
    kept = attach(insider, paper)
    with pytest.raises(Refused):
        attach(stranger, paper)
    with pytest.raises(NotFound):
        files.download(request_for(stranger), actor=stranger, pk=kept.pk)
    with pytest.raises(NotFound):
        files.preview(request_for(stranger), actor=stranger, pk=kept.pk)
    with pytest.raises(NotFound):
        files.remove(actor=stranger, attachment=kept)
    assert list(files.for_subject(paper)) == [kept]


def test_removing_needs_its_own_right(
    insider: Actor, remover: Actor, paper: IssuedNumber, request_for: Any
) -> None:
    kept = attach(insider, paper)
    with pytest.raises(Refused):
        files.remove(actor=insider, attachment=kept)
    files.remove(actor=remover, attachment=kept, reason="传错了")
    assert history.timeline(paper)[0].note == "传错了"
    assert list(files.for_subject(paper)) == []
    with pytest.raises(NotFound):
        files.download(request_for(insider), actor=insider, pk=kept.pk)


def test_customers_get_only_what_is_marked_for_them(
    insider: Actor, paper: IssuedNumber, request_for: Any
) -> None:
    hidden, shown = attach(insider, paper), attach(insider, paper, visible_to_customer=True)
    as_customer = replace(insider, kind="customer", reaches=access.system("files.trial").reaches)
    assert files.download(request_for(as_customer), actor=as_customer, pk=shown.pk).status_code == 200
    with pytest.raises(NotFound):
        files.download(request_for(as_customer), actor=as_customer, pk=hidden.pk)


@pytest.mark.parametrize(
    ("content", "name", "kind", "inline"),
    [
        (contents.PDF, "a.pdf", "application/pdf", True),
        (contents.picture(), "a.png", "image/png", True),
        (contents.PAGE, "a.html", "text/plain; charset=utf-8", True),
        ("投诉记录".encode("gb18030"), "a.txt", "text/plain; charset=gb18030", True),
        (
            contents.workbook(),
            "a.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            False,
        ),
        (b"\x00\x01\x02unknown", "a.html", "application/octet-stream", False),
    ],
)
def test_a_content_is_sent_under_headers_that_let_it_do_nothing(
    insider: Actor, paper: IssuedNumber, request_for: Any, content: bytes, name: str, kind: str, inline: bool
) -> None:
    kept = attach(insider, paper, content, name)
    answer = files.download(request_for(insider), actor=insider, pk=kept.pk)
    assert body(answer) == content
    assert answer["Content-Type"] == kind
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
    forced = files.download(request_for(insider, "/?download=1"), actor=insider, pk=kept.pk)
    assert forced["Content-Disposition"].startswith("attachment")


# What a browser would run or take apart as a document of ours, whatever stands in it.
ACTING = ("html", "svg", "xml", "script", "xhtml", "multipart")


@pytest.mark.parametrize("name", sorted(contents.polyglots()))
@pytest.mark.parametrize("suffix", ["html", "js", "svg", "gif"])
def test_a_content_that_is_two_things_is_sent_as_the_harmless_one(
    insider: Actor, paper: IssuedNumber, request_for: Any, name: str, suffix: str
) -> None:
    content = contents.polyglots()[name]
    kept = attach(insider, paper, content, f"x.{suffix}")
    answer = files.download(request_for(insider), actor=insider, pk=kept.pk)
    kind = answer["Content-Type"].partition(";")[0]
    assert not any(word in kind for word in ACTING if "officedocument" not in kind), kind
    assert kind in sniffing.SUFFIXES or kind == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    if kind not in sniffing.INLINE:
        assert answer["Content-Disposition"].startswith("attachment")
    # The name ends as the content is, so that what is saved is not opened as something else.
    assert kind == "application/octet-stream" or sniffing.suffix_of(kept.name) in sniffing.SUFFIXES[kind]
    if kind == "text/plain":
        assert "charset=" in answer["Content-Type"]
    assert body(answer) == content


def test_an_unchanged_content_is_not_sent_again(
    insider: Actor, paper: IssuedNumber, request_for: Any
) -> None:
    kept = attach(insider, paper)
    tag = files.download(request_for(insider), actor=insider, pk=kept.pk)["ETag"]
    again = files.download(request_for(insider, **{"If-None-Match": tag}), actor=insider, pk=kept.pk)
    assert again.status_code == 304


def test_a_preview_is_small_upright_and_says_nothing_of_the_place(
    insider: Actor, paper: IssuedNumber, request_for: Any
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways
    exif[0x010E] = "locations"
    kept = attach(insider, paper, contents.picture("JPEG", (2000, 1000), exif=exif), "photo.jpg")
    answer = files.preview(request_for(insider), actor=insider, pk=kept.pk)
    data = body(answer)
    with Image.open(io.BytesIO(data)) as small:
        assert small.size == (120, 240)
        assert not small.getexif()
    assert answer["Content-Type"] == "image/webp"
    assert body(files.preview(request_for(insider), actor=insider, pk=kept.pk)) == data


@pytest.mark.parametrize("content", [contents.PDF, contents.bomb(), b"\x89PNG\r\n\x1a\nbroken"])
def test_bombs_broken_pictures_and_papers_have_no_preview(
    insider: Actor, paper: IssuedNumber, request_for: Any, content: bytes
) -> None:
    kept = attach(insider, paper, content, "x.png")
    with pytest.raises(NotFound):
        files.preview(request_for(insider), actor=insider, pk=kept.pk)


def test_an_upload_is_claimed_by_its_ticket(insider: Actor, paper: IssuedNumber) -> None:
    blob = files.store(actor=insider, content=contents.PDF)
    claimed = files.claim(actor=insider, handle=handles.make(blob.pk, "a.pdf"), subject=paper)
    assert claimed.blob == blob
    for bad in ("", "1", str(blob.pk), handles.make(10**9, "x")):
        with pytest.raises(files.NotAllowed):
            files.claim(actor=insider, handle=bad, subject=paper)


@pytest.mark.parametrize("pk", [10**30, "x", -1])
def test_impossible_numbers_are_not_found(insider: Actor, request_for: Any, pk: Any) -> None:
    with pytest.raises(NotFound):
        files.download(request_for(insider), actor=insider, pk=pk)
