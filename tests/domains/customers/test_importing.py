"""A real owners' list: messy cells, dry run, error sheet, idempotent (CUS-01, CUS-06)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.domains.customers.conftest import Cast
from zhize.domains.customers import services as customers
from zhize.domains.customers.importing import Owners, addresses, lines
from zhize.domains.customers.importing.addresses import Place
from zhize.domains.customers.models import (
    Customer,
    DuplicateProposal,
    Note,
    Occupancy,
    ParkingSpace,
    Phone,
    Premises,
)
from zhize.domains.customers.selectors import imports as reads
from zhize.domains.customers.services import importing as writing
from zhize.kernel import history, jobs, search
from zhize.kernel.access import Actor
from zhize.kernel.documents import imports
from zhize.kernel.documents.models import ImportRun

Row = Sequence[Any]


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("碧水园3栋2单元301室", Place("碧水园", "", "3", "2", "301")),
            ("碧水园 3-2-301", Place("碧水园", "", "3", "2", "301")),
            ("３－２－３０１", Place("", "", "3", "2", "301")),
            ("3-301", Place("", "", "3", "", "301")),
            ("A座1205", Place("", "", "A", "", "1205")),
            ("碧水园三期12#-1-1002", Place("碧水园三期", "", "12", "1", "1002")),
            ("碧水园十二栋一单元０５０２", Place("碧水园", "", "12", "1", "0502")),
            ("翠湖苑B座2门1801房", Place("翠湖苑", "", "B", "2", "1801")),
            ("锦绣花园03号楼301", Place("锦绣花园", "", "3", "", "301")),
        ],
    )
    def test_levels(self, text: str, place: Place) -> None:
        assert addresses.parse(text) == place

    @pytest.mark.parametrize("text", ["", "碧水园", "深圳市福田区", "待定"])
    def test_no_room_is_no_place(self, text: str) -> None:
        assert not addresses.parse(text)

    def test_columns(self) -> None:
        assert (addresses.building_code("3号楼"), addresses.building_code("03")) == ("3", "3")
        assert (addresses.entrance_code("第二单元"), addresses.room_code("0502室")) == ("2", "0502")


class TestLines:
    def test_several_people_with_their_numbers(self) -> None:
        line = lines.read({"name": "张建国、李秀英", "phone": "张先生13812342277/李女士 13900001111"})
        assert line.names == ["张建国", "李秀英"]
        assert [one.phone.number for one in line.phones_of("张建国")] == ["13812342277"]
        assert [one.phone.number for one in line.phones_of("李秀英")] == ["13900001111"]

    def test_a_companys_name_is_one_name(self) -> None:
        assert lines.read({"name": "深圳、广州联合贸易公司"}).names == ["深圳、广州联合贸易公司"]
        assert lines.read({"name": "John Smith, Jr."}).names == ["John Smith, Jr."]

    def test_facts(self) -> None:
        line = lines.read(
            {
                "name": "张三",
                "floor_area": "89.5㎡",
                "from_on": "2019年3月",
                "arrears": "￥1,200.50元",
                "living": "出租",
            }
        )
        assert str(line.floor_area) == "89.5"
        assert line.from_on is not None
        assert line.from_on.isoformat() == "2019-03-01"
        assert str(line.arrears) == "1200.50"
        assert line.living is False

    def test_a_number_nobody_answers_is_to_be_corrected(self) -> None:
        assert "12345" in str(lines.read({"name": "张三", "phone": "12345"}).problems["phone"][0])
        assert not lines.read({"name": "华强公司", "phone": "400-123-4567"}).problems

    def test_sums_and_notes_below_the_list(self) -> None:
        assert lines.is_footing({"name": "合计", "floor_area": "1234"})
        note = "备注：以上名单截至2026年3月"
        assert lines.is_footing(dict.fromkeys(("name", "phone", "room"), note))
        assert not lines.is_footing({"name": "张三", "phone": "13812342277"})
        assert not lines.is_footing(
            {"name": "注册会计师协会", "phone": "13812342277", "room": "301", "kind": "企业"}
        )


def workbook(rows: Sequence[Row], merges: Sequence[tuple[int, int, int, int, Any]] = ()) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("业主名单")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    for top, left, bottom, right, value in merges:
        sheet.merge_range(top, left, bottom, right, value)
    book.close()
    return out.getvalue()


# Title, date, a head of two rows with a merged cell, a building merged down, full-width digits, several phones in a
# cell, a duplicate, a wrong ID number, an empty flat, a sum and a note.
MESSY = workbook(
    [
        ["碧水园业主登记名单"],
        ["制表日期：2026年3月1日"],
        ["序号", "楼栋", "单元", "房号", "业主姓名*", "联系方式", "", "身份证号", "建筑面积(㎡)", "备 注"],
        ["", "", "", "", "", "手机", "座机", "", "", ""],
        [
            1,
            "3栋",
            "2",
            301,
            "张　建国",
            "１３８１２３４２２７７ / 13900001111",
            "",
            "11010519491231002X",
            89.5,
            "家有老人",
        ],
        [
            2,
            "",
            "2",
            302,
            "李秀英、王强",
            "李女士13700001111 王先生13600002222",
            "0755-26661234",
            "",
            "102.30㎡",
            "",
        ],
        [3, "", "1单元", "0101", "赵云", 13512345678, "", "110105194912310021", 75, ""],
        [4, "", "1", 102, "张建国", "13812342277", "", "", "", "另一套"],
        [5, "", "1", 103, "", "", "", "", 66, ""],
        [6, "", "2", 301, "张建国", "13812342277、13900001111", "", "", 89.5, ""],
        [7, "", "1", 104, "孙丽", "无号码", "", "", "", ""],
        ["合计", "", "", "", "合计", "", "", "", 333.3, ""],
        ["备注：以上名单由各楼栋管家核对。", "", "", "", "", "", "", "", "", ""],
    ],
    merges=[
        (0, 0, 0, 9, "碧水园业主登记名单"),
        (2, 5, 2, 6, "联系方式"),
        (4, 1, 10, 1, "3栋"),
        (12, 0, 12, 9, "备注：以上名单由各楼栋管家核对。"),
    ],
)


@pytest.fixture
def run_of(cast: Cast, lead: Actor, community: Premises, transactional_jobs: None) -> Any:
    def go(content: bytes = MESSY, *, start: bool = True) -> ImportRun:
        run = imports.upload(
            actor=lead, kind="customers.owners", content=content, name="业主.xlsx", unit=cast.a.unit
        )
        _work(run)
        if start:
            imports.start(actor=lead, run=ImportRun.objects.get(pk=run.pk))
            _work(run)
        return ImportRun.objects.get(pk=run.pk)

    go.actor = lead  # type: ignore[attr-defined]
    return go


@pytest.fixture
def transactional_jobs(db: None) -> None:
    """The jobs of an import are run by hand here; the worker itself is tested with the kit."""


def _work(run: ImportRun) -> None:
    from zhize.kernel.documents.imports import running

    while running.try_some(run.pk) or running.carry_out_some(run.pk):
        pass


def outcomes(run: ImportRun) -> dict[int, str]:
    return {row.number: row.outcome or row.trial for row in run.rows.all()}


@pytest.mark.req("CUS-01")
class TestOwnersList:
    def test_the_dry_run_says_what_will_happen_and_changes_nothing(self, run_of: Any) -> None:
        run = run_of(start=False)
        assert run.state == "tried"
        assert {row.number: row.trial for row in run.rows.all()} == {
            4: "good", 5: "good", 6: "good", 7: "bad", 8: "good", 9: "good", 10: "duplicate", 11: "bad", 12: "good",
            13: "good",
        }  # fmt: skip
        assert not Customer.objects.exists()
        assert Premises.objects.count() == 1

    def test_customers_premises_and_numbers_are_there_afterwards(self, run_of: Any, lead: Actor) -> None:
        run = run_of()
        assert outcomes(run) == {
            4: "unchanged", 5: "created", 6: "created", 7: "bad", 8: "updated", 9: "created", 10: "duplicate",
            11: "bad", 12: "unchanged", 13: "unchanged",
        }  # fmt: skip
        names = set(Customer.objects.values_list("name", flat=True))
        assert names == {"张建国", "李秀英", "王强"}
        zhang = Customer.objects.get(name="张建国")
        assert list(zhang.phones.values_list("number", flat=True)) == ["13812342277", "13900001111"]
        assert zhang.id_number_masked == "110***********002X"
        assert zhang.gender == "female"
        rooms = [row.premises.address for row in zhang.occupancies.order_by("pk")]
        assert rooms == ["碧水园 3-2-301", "碧水园 3-1-102"]
        assert zhang.notes.get().text == "家有老人"
        li, wang = Customer.objects.get(name="李秀英"), Customer.objects.get(name="王强")
        assert [p.number for p in li.phones.all()] == ["13700001111", "0755-26661234"]
        assert [p.number for p in wang.phones.all()] == ["13600002222"]
        assert str(Premises.objects.get(address="碧水园 3-2-302").floor_area) == "102.30"

    @pytest.mark.req("CUS-06")
    def test_a_line_without_a_name_is_an_empty_flat(self, run_of: Any, lead: Actor) -> None:
        from zhize.domains.customers.selectors import premises

        run_of()
        assert [row.address for row in premises.vacant(lead)] == ["碧水园 3-1-103"]

    def test_the_error_sheet_names_every_bad_line_with_its_reason(self, run_of: Any) -> None:
        run = run_of()
        book = python_calamine.CalamineWorkbook.from_filelike(imports.error_sheet(run))
        rows = book.get_sheet_by_index(0).to_python()
        found = {int(row[0]): row[1] for row in rows[1:]}
        assert set(found) == {7, 10, 11}
        assert "身份证" in found[7]
        assert "第 5 行" in found[10]
        assert "无号码" in found[11]

    def test_headings_sums_and_notes_are_passed_over_and_said_so(self, run_of: Any) -> None:
        run = run_of(start=False)
        said = {row.number: row.messages[0][1] for row in run.rows.filter(number__in=[4, 12, 13])}
        assert set(said) == {4, 12, 13}
        assert all("已跳过" in text for text in said.values())

    def test_the_same_list_again_changes_nothing(self, run_of: Any) -> None:
        run_of()
        counts = (
            Customer.objects.count(),
            Phone.objects.count(),
            Occupancy.objects.count(),
            Premises.objects.count(),
        )
        again = run_of()
        assert set(outcomes(again).values()) == {"unchanged", "bad", "duplicate"}
        now = (
            Customer.objects.count(),
            Phone.objects.count(),
            Occupancy.objects.count(),
            Premises.objects.count(),
        )
        assert counts == now

    def test_a_later_list_completes_what_is_known(self, run_of: Any) -> None:
        run_of()
        later = workbook(
            [
                ["业主", "电话", "房产地址", "车位", "车牌", "欠费"],
                ["张建国", "13812342277、13333333333", "碧水园3栋2单元301", "A-018", "粤B12345", "420"],
            ]
        )
        run = run_of(later)
        assert outcomes(run) == {2: "updated"}
        zhang = Customer.objects.get(name="张建国")
        assert zhang.phones.count() == 3
        assert str(zhang.arrears_amount) == "420.00"
        assert ParkingSpace.objects.get().customer == zhang
        assert outcomes(run_of(later)) == {2: "unchanged"}

    def test_an_unknown_kind_and_a_missing_community_are_told(
        self, run_of: Any, lead: Actor, cast: Cast
    ) -> None:
        customers.create_premises(actor=lead, unit=cast.a.unit, kind="community", code="CH", name="翠湖苑")
        listed = workbook(
            [["姓名", "类别", "楼栋", "房号"], ["甲", "神仙", "1", "101"], ["乙", "业主", "1", "101"]]
        )
        run = run_of(listed, start=False)
        said = {row.number: row.messages[0][0] for row in run.rows.all()}
        assert said == {2: "kind", 3: "community"}
        with_kind = workbook([["姓名", "类别"], ["甲", "神仙"]])
        assert run_of(with_kind, start=False).rows.get().messages[0][0] == "kind"

    def test_the_list_says_who_is_a_tenant_or_a_company(self, run_of: Any) -> None:
        listed = workbook(
            [
                ["名称", "身份", "地址", "营业执照号", "联系人"],
                ["刘洋", "租户", "碧水园5-1-101", "", ""],
                ["华强电子有限公司", "", "", "440301012345678", "周敏"],
            ]
        )
        run_of(listed)
        tenant, company = Customer.objects.get(name="刘洋"), Customer.objects.get(name="华强电子有限公司")
        assert (tenant.kind_code, tenant.occupancies.get().role) == ("tenant", "tenant")
        assert (company.kind_code, company.contacts.get().name) == ("company", "周敏")

    def test_who_may_not_import_is_refused(self, reader: Actor, cast: Cast) -> None:
        from zhize.kernel.db import Refused

        with pytest.raises(Refused):
            imports.upload(
                actor=reader, kind="customers.owners", content=MESSY, name="x.xlsx", unit=cast.a.unit
            )


@pytest.fixture
def court(lead: Actor, community: Premises) -> Premises:
    """四季花城一区 春华苑 3-2-202 and -301, and 秋实苑 5-1-101, recorded as a centre records them."""
    city = customers.create_premises(
        actor=lead, unit=community.unit, kind="community", code="S1", name="四季花城一区"
    )
    for name, building, entrance, codes in (
        ("春华苑", "3", "2", ("202", "301")),
        ("秋实苑", "5", "1", ("101",)),
    ):
        row = above = customers.create_premises(
            actor=lead, unit=city.unit, kind="court", code=name, name=name, parent=city
        )
        for kind, code in (("building", building), ("entrance", entrance)):
            above = customers.create_premises(actor=lead, unit=city.unit, kind=kind, code=code, parent=above)
        for code in codes:
            customers.create_premises(actor=lead, unit=city.unit, kind="room", code=code, parent=above)
    return row


@pytest.mark.req("CUS-06")
@pytest.mark.usefixtures("court")
class TestPlacesOnRecord:
    @pytest.mark.parametrize("at_once", [2000, 0])
    def test_the_tail_of_an_address_finds_the_room_on_record(
        self, run_of: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
    ) -> None:
        monkeypatch.setattr(Owners, "at_once", at_once)
        before = Premises.objects.count()
        listed = workbook(
            [
                ["姓名", "电话", "房产地址"],
                ["胡一", "13812342201", "春华苑 3-2-202"],
                ["胡二", "13812342202", "四季花城一区春华苑3栋2单元301室"],
                ["胡三", "13812342203", "5-1-101"],
            ]
        )
        run_of(listed)
        assert Premises.objects.count() == before
        found = {row.customer.name: row.premises.address for row in Occupancy.objects.all()}
        assert found == {
            "胡一": "四季花城一区 春华苑 3-2-202",
            "胡二": "四季花城一区 春华苑 3-2-301",
            "胡三": "四季花城一区 秋实苑 5-1-101",
        }

    @pytest.mark.parametrize("at_once", [2000, 0])
    def test_nothing_is_invented_beside_what_is_on_record(
        self, run_of: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
    ) -> None:
        monkeypatch.setattr(Owners, "at_once", at_once)
        before = Premises.objects.count()
        listed = workbook(
            [
                ["姓名", "电话", "房产地址"],
                ["胡一", "13812342201", "不存在苑 99-9-999"],
                ["胡二", "13812342202", "春华苑 4-2-301"],
                ["胡三", "13812342203", "春华苑 3-7-301"],
                ["胡四", "13812342204", "春华苑 3-301"],
                ["胡五", "13812342205", "春华苑 3-2-999"],
            ]
        )
        run = run_of(listed, start=False)
        assert outcomes(run) == {2: "bad", 3: "bad", 4: "bad", 5: "good", 6: "good"}
        assert "不存在苑" in run.rows.get(number=2).messages[0][1]
        assert reads.new_premises(run) == 1
        assert [line["number"] for line in reads.lines(run, "premises")] == [6]
        run_of(listed)
        assert Premises.objects.count() == before + 1
        assert Premises.objects.filter(address="四季花城一区 春华苑 3-2-999").exists()

    def test_the_dry_run_counts_new_rooms_apart_and_the_result_counts_customers(
        self, run_of: Any, sign_in: Any, cast: Cast
    ) -> None:
        listed = workbook(
            [
                ["姓名", "电话", "房产地址"],
                ["胡一", "13812342201", "春华苑 3-2-202"],
                ["胡五", "13812342205", "春华苑 3-2-999"],
                ["", "", "春华苑 3-2-998"],
            ]
        )

        def tiles(run: ImportRun) -> dict[str, str]:
            page = sign_in(cast.a.lead).get(reverse("customers:import_run", args=[run.pk]))
            assert "四季花城一区 春华苑 3-2-999" in page.content.decode()
            return {str(one["label"]): one["value"] for one in page.context["counts"]}

        tried = tiles(run_of(listed, start=False))
        assert (tried["可以导入"], tried["新建房产"], tried["要改正"]) == ("3", "2", "0")
        done = tiles(run_of(listed))
        assert (done["新建客户"], done["新建房产"]) == ("2", "2")

    def test_a_room_without_its_building_is_asked_back(self, run_of: Any) -> None:
        listed = workbook([["姓名", "小区", "苑落", "房号"], ["胡一", "四季花城一区", "春华苑", "202"]])
        run = run_of(listed, start=False)
        assert outcomes(run) == {2: "bad"}
        assert "请写明楼栋" in run.rows.get().messages[0][1]

    def test_one_name_for_two_places_is_asked_back(self, run_of: Any, lead: Actor, court: Premises) -> None:
        other = customers.create_premises(
            actor=lead, unit=court.unit, kind="community", code="S2", name="四季花城二区"
        )
        customers.create_premises(
            actor=lead, unit=court.unit, kind="court", code="春华苑", name="春华苑", parent=other
        )
        listed = workbook([["姓名", "房产地址"], ["胡一", "春华苑 3-2-202"]])
        run = run_of(listed, start=False)
        assert outcomes(run) == {2: "bad"}
        assert "四季花城二区 春华苑" in run.rows.get().messages[0][1]

    def test_the_same_person_and_room_in_other_words_is_a_repetition(self, run_of: Any) -> None:
        listed = workbook(
            [
                ["姓名", "电话", "房产地址", "建筑面积"],
                ["胡一", "13812342201", "春华苑 3-2-202", 80],
                ["胡一", "13812342201", "四季花城一区 春华苑 3栋2单元202", 80],
                ["", "", "合计", 160],
                ["", "", "", 160],
            ]
        )
        run = run_of(listed, start=False)
        assert outcomes(run) == {2: "good", 3: "duplicate", 4: "good", 5: "good"}
        assert [line["result"] for line in reads.lines(run, "good")] == ["good", "skipped", "skipped"]


class TestTogetherOrOneByOne:
    """Long lists are written together, table by table; the result is the one the verbs give line by line."""

    def state(self) -> set[tuple[Any, ...]]:
        found = set()
        for row in Customer.objects.prefetch_related(
            "phones", "occupancies__premises", "notes", "parking_spaces"
        ):
            numbers = tuple((p.number, p.label, p.owner_note, p.primary) for p in row.phones.all())
            places = tuple(
                sorted((o.premises.address, o.role, o.living, str(o.from_on)) for o in row.occupancies.all())
            )
            facts = (
                row.kind_code,
                row.gender,
                row.id_number_digest,
                str(row.arrears_amount),
                row.state,
                row.category,
            )
            found.add((row.name, facts, numbers, places, tuple(n.text for n in row.notes.all())))
        rooms = Premises.objects.values_list(
            "address", "kind", "name", "sort_key", "floor_area", "area__code"
        )
        return found | {("room", *room) for room in rooms}

    def test_both_ways_give_the_same(self, run_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        outcomes_together = outcomes(run_of())
        together = self.state()
        assert not Customer.objects.filter(parking_spaces__isnull=False).exists()
        for model in (Occupancy, Phone):
            model.objects.all().delete()
        Note.objects.all().delete()
        Customer.objects.all().delete()
        for row in Premises.objects.exclude(parent=None).order_by("-path"):
            row.delete()
        monkeypatch.setattr(Owners, "at_once", 0)
        assert outcomes(run_of()) == outcomes_together
        assert self.state() == together

    def test_one_entry_stands_in_every_timeline_and_they_are_found(self, run_of: Any, lead: Actor) -> None:
        run_of()
        zhang, room = Customer.objects.get(name="张建国"), Premises.objects.get(address="碧水园 3-2-301")
        entry = history.timeline(zhang).get()
        assert entry.sentence() == "王芳从《业主.xlsx》导入客户"
        assert entry in history.timeline(room)
        jobs.run_all()
        assert [hit.object_id for hit in search.find(lead, "2277", types=["customers.customer"])] == [
            zhang.pk
        ]
        assert search.find(lead, "碧水园 3-2-301", types=["customers.premises"])

    def test_people_on_record_already_are_proposed_when_the_list_is_done(
        self, run_of: Any, new_customer: Any
    ) -> None:
        new_customer("老张", "13812342277")
        run_of()
        jobs.run_all()
        assert DuplicateProposal.objects.filter(first__name="老张", second__name="张建国").exists()

    def test_a_batch_that_breaks_goes_line_by_line(
        self, run_of: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(**given: Any) -> None:
            raise RuntimeError("out of order")

        monkeypatch.setattr(writing, "carry_out", broken)
        assert "created" in outcomes(run_of()).values()
        assert Customer.objects.filter(name="张建国").exists()

    def test_a_long_list_takes_a_fixed_number_of_queries(
        self, run_of: Any, lead: Actor, community: Premises
    ) -> None:
        for code in ("6", "7"):
            customers.create_premises(
                actor=lead, unit=community.unit, kind="building", code=code, parent=community
            )

        def cost(count: int, building: str) -> int:
            rows = [["姓名", "电话", "楼栋", "单元", "房号"]]
            rows += [
                [f"户{building}{i}", f"13{building}{i:08d}", building, "1", f"{i}"]
                for i in range(1, count + 1)
            ]
            run = run_of(workbook(rows), start=False)
            imports.start(actor=run_of.actor, run=run)
            with CaptureQueriesContext(connection) as captured:
                _work(run)
            return len(captured)

        assert cost(30, "7") <= cost(10, "6") + 2
