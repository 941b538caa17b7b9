from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from tests.kernel.files import contents
from zhize.kernel import files
from zhize.kernel.access import Actor
from zhize.kernel.db import NotFound
from zhize.kernel.files import keeping, scanning, serving, storage
from zhize.kernel.files.models import Blob, Scan
from zhize.kernel.numbering.models import IssuedNumber
from zhize.lib import clock


def stored_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def test_the_same_content_is_kept_once_under_its_digest(insider: Actor, store_folder: Path) -> None:
    first = files.store(actor=insider, content=contents.PDF, name="a.pdf")
    second = files.store(actor=insider, content=io.BytesIO(contents.PDF), name="b.pdf")
    assert first == second
    [path] = stored_files(store_folder)
    assert path.name == first.sha256 == storage.digest(contents.PDF)
    assert path.stat().st_mode & 0o077 == 0
    assert files.content(first) == contents.PDF
    assert (first.media_type, first.size) == ("application/pdf", len(contents.PDF))


def test_pictures_know_their_size(insider: Actor) -> None:
    blob = files.store(actor=insider, content=contents.picture(size=(640, 480)))
    assert (blob.width, blob.height, blob.is_image) == (640, 480, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "files.empty"),
        (b"x" * (1024 * 1024 + 1), "files.too_large"),
        (contents.PROGRAM, "files.not_allowed"),
    ],
)
def test_empty_large_and_programs_are_refused_and_nothing_is_kept(
    insider: Actor, store_folder: Path, content: bytes, code: str
) -> None:
    for given in (content, io.BytesIO(content)):
        with pytest.raises(files.NotAllowed) as refused:
            files.store(actor=insider, content=given, name="x.bin")
        assert refused.value.code == code
    assert not Blob.objects.exists()
    assert not stored_files(store_folder)


def test_an_endless_source_is_read_only_to_the_limit(insider: Actor) -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            assert self.given < 8 * 1024 * 1024, "it would read on until the memory is full"
            return b"x" * size

    source = Endless()
    with pytest.raises(files.NotAllowed):
        files.store(actor=insider, content=source)
    assert source.given < 2 * 1024 * 1024


def test_unused_contents_go_after_a_day_and_used_ones_stay(
    insider: Actor, paper: IssuedNumber, store_folder: Path
) -> None:
    used = files.store(actor=insider, content=contents.PDF)
    files.attach(actor=insider, blob=used, subject=paper, name="a.pdf")
    unused = files.store(actor=insider, content=contents.picture())
    assert keeping.sweep() == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert keeping.sweep() == 1
    assert list(Blob.objects.all()) == [used]
    assert [path.name for path in stored_files(store_folder)] == [used.sha256]
    assert not storage.path_of(unused.sha256).exists()


def test_a_removed_attachment_keeps_its_row_and_loses_its_content(
    insider: Actor, remover: Actor, paper: IssuedNumber
) -> None:
    blob = files.store(actor=insider, content=contents.PDF)
    attachment = files.attach(actor=insider, blob=blob, subject=paper, name="a.pdf")
    files.remove(actor=remover, attachment=attachment, reason="传错了")
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert keeping.sweep() == 1
    attachment.refresh_from_db()
    assert attachment.blob is None
    assert attachment.removed_at is not None


def test_half_written_and_rolled_back_files_are_swept_after_a_day(insider: Actor, store_folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = files.store(actor=insider, content=contents.PDF)
        raise ZeroDivisionError
    path = storage.path_of(lost.sha256)
    part = path.with_name(".abc.part")
    part.write_bytes(b"half")
    assert path.exists()
    keeping.sweep()
    assert path.exists()
    yesterday = clock.now().timestamp() - 25 * 3600
    os.utime(path, (yesterday, yesterday))
    os.utime(part, (yesterday, yesterday))
    keeping.sweep()
    assert not path.exists()
    assert not part.exists()


@pytest.mark.django_db(transaction=True)
def test_a_content_uploaded_again_while_it_is_swept_is_never_lost(insider: Actor) -> None:
    def again(_: int) -> None:
        barrier.wait()
        try:
            files.store(actor=insider, content=contents.PDF)
        finally:
            connection.close()

    def sweep(_: int) -> None:
        barrier.wait()
        try:
            keeping.sweep()
        finally:
            connection.close()

    for _round in range(5):
        blob = files.store(actor=insider, content=contents.PDF)
        Blob.objects.filter(pk=blob.pk).update(touched_at=clock.now() - timedelta(days=2))
        barrier = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda work: work(0), [again, sweep]))
        kept = Blob.objects.get()
        assert storage.is_whole(kept.sha256)


@pytest.fixture
def commit_cut_off() -> Iterator[None]:
    """Whoever deletes the row of a content loses the database in the moment of the commit."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER cut_off AFTER DELETE ON files_blob DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION cut_off()""")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS cut_off CASCADE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("commit_cut_off")
def test_a_sweep_that_is_cut_off_leaves_no_row_without_its_file(insider: Actor) -> None:
    blob = files.store(actor=insider, content=contents.PDF)
    path = storage.path_of(blob.sha256)
    yesterday = clock.now() - timedelta(days=2)
    Blob.objects.filter(pk=blob.pk).update(touched_at=yesterday)
    os.utime(path, (yesterday.timestamp(),) * 2)
    with pytest.raises(OperationalError):
        keeping.sweep()
    connection.close()
    assert Blob.objects.filter(pk=blob.pk).exists()
    assert list(keeping.check()) == []

    # Killed after the row went: the next sweep finds the file.
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cut_off ON files_blob")
    Blob.objects.filter(pk=blob.pk).delete()
    assert [fault.kind for fault in keeping.check()] == ["stray"]
    keeping.sweep()
    assert not path.exists()


def test_the_check_finds_lost_damaged_and_stray_files(
    insider: Actor, paper: IssuedNumber, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, damaged = (files.store(actor=insider, content=contents.PDF + mark) for mark in (b"1", b"2"))
    files.attach(actor=insider, blob=lost, subject=paper, name="合同.pdf")
    call_command("files", "check")
    storage.path_of(lost.sha256).unlink()
    storage.path_of(damaged.sha256).write_bytes(b"something else")
    stray = storage.digest(b"stray")
    storage.write(stray, b"stray")
    faults = {(fault.kind, fault.sha256): fault.detail for fault in keeping.check()}
    assert set(faults) == {("missing", lost.sha256), ("damaged", damaged.sha256), ("stray", stray)}
    assert "合同.pdf" in faults["missing", lost.sha256]
    with pytest.raises(SystemExit) as ended:
        call_command("files", "check")
    assert ended.value.code == 1
    with pytest.raises(NotFound):
        files.content(lost)


def test_a_digest_cannot_name_a_path() -> None:
    with pytest.raises(ValueError, match="digest"):
        storage.path_of("../../../etc/passwd")


class TestScanner:
    @pytest.fixture(autouse=True)
    def no_scanner_afterwards(self) -> object:
        yield
        scanning.set_scanner(None)

    def test_infected_contents_are_refused(self, insider: Actor) -> None:
        scanning.set_scanner(lambda content: Scan.INFECTED if b"EICAR" in content else Scan.CLEAN)
        with pytest.raises(files.Infected):
            files.store(actor=insider, content=b"EICAR")
        assert files.store(actor=insider, content=b"harmless").scan == Scan.CLEAN

    def test_a_silent_scanner_stops_nobody_and_is_asked_again(
        self, insider: Actor, paper: IssuedNumber
    ) -> None:
        def silent(content: bytes) -> Scan:
            raise ConnectionRefusedError

        scanning.set_scanner(silent)
        blob = files.store(actor=insider, content=b"EICAR")
        attachment = files.attach(actor=insider, blob=blob, subject=paper, name="x.txt")
        assert blob.scan == Scan.NONE
        assert keeping.scan_waiting() == 0
        scanning.set_scanner(lambda content: Scan.INFECTED)
        assert keeping.scan_waiting() == 1
        with pytest.raises(files.Infected):
            files.attach(actor=insider, blob=Blob.objects.get(), subject=paper, name="y.txt")
        assert [fault.kind for fault in keeping.check()] == ["infected"]
        assert attachment.blob_id

    def test_what_the_scanner_cannot_read_does_not_keep_the_others_waiting(self, insider: Actor) -> None:
        def silent(content: bytes) -> Scan:
            raise ConnectionRefusedError

        def choosy(content: bytes) -> Scan:
            if content == b"too large":
                raise scanning.CannotScan
            return Scan.CLEAN

        scanning.set_scanner(silent)
        contents = (b"first", b"too large", b"last")
        blobs = [files.store(actor=insider, content=content) for content in contents]
        scanning.set_scanner(choosy)
        assert keeping.scan_waiting() == 2
        found = Blob.objects.in_bulk([blob.pk for blob in blobs])
        assert [found[blob.pk].scan for blob in blobs] == [Scan.CLEAN, Scan.NONE, Scan.CLEAN]

    def test_no_door_hands_out_what_was_found_infected_later(self, insider: Actor, request_for: Any) -> None:
        blob = files.store(actor=insider, content=b"EICAR")
        Blob.objects.filter(pk=blob.pk).update(scan=Scan.INFECTED)
        with pytest.raises(NotFound):
            serving.respond(request_for(insider), Blob.objects.get(pk=blob.pk), name="x.txt")

    def test_the_clamd_client_speaks_its_protocol(self) -> None:
        for said, meant in ((b"stream: OK\0", Scan.CLEAN), (b"stream: Eicar FOUND\0", Scan.INFECTED)):
            with _Clamd(said) as address:
                assert scanning.clamd(address, b"x" * 100_000) == meant
        with (
            _Clamd(b"INSTREAM size limit exceeded. ERROR\0") as address,
            pytest.raises(scanning.CannotScan, match="limit"),
        ):
            scanning.clamd(address, b"x")


class _Clamd:
    """A server that takes one stream, checks its framing and gives a prepared answer."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def __enter__(self) -> str:
        import socket

        self.server = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return f"127.0.0.1:{self.server.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self.server.accept()
        with connection, connection.makefile("rb") as incoming:
            assert incoming.read(10) == b"zINSTREAM\0"
            while size := int.from_bytes(incoming.read(4), "big"):
                incoming.read(size)
            connection.sendall(self.answer)

    def __exit__(self, *exc: object) -> None:
        self.thread.join(10)
        self.server.close()
