"""The columns of an owners' list and what people call them."""

from __future__ import annotations

from collections.abc import Iterable

from zhize.kernel.documents.imports import ImportField
from zhize.lib.text import Text

_WHO = ("业主", "客户", "户主", "住户", "租户", "产权人", "房主", "租客", "承租人")
_COUNTS = ("1", "2", "3", "4", "一", "二", "三")
_PHONES = (
    "电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "移动电话", "联络电话", "固定电话", "固话",
    "座机", "家庭电话", "住宅电话", "办公电话", "单位电话", "备用电话", "其他电话", "紧急联系电话",
)  # fmt: skip


def _phones() -> tuple[str, ...]:
    """电话, 联系电话1, 业主手机, ...: every name alone, with a counter and with whose it is."""
    plain = [*_PHONES, "phone", "mobile", "tel", "telephone", "cell"]
    counted = [f"{name}{count}" for name in plain for count in _COUNTS]
    whose = [
        f"{who}{name}"
        for who in _WHO
        for name in ("电话", "联系电话", "手机", "手机号", "手机号码", "联系方式")
    ]
    return _once(
        [*plain, *counted, *whose, *(f"{name}{count}" for name in whose for count in ("1", "2"))], "phone"
    )


def _names() -> tuple[str, ...]:
    named = [f"{who}{what}" for who in _WHO for what in ("姓名", "名称")]
    others = (
        "姓名",
        "名称",
        "客户",
        "业主",
        "户主",
        "产权人",
        "房主",
        "商户名称",
        "企业名称",
        "公司名称",
        "单位名称",
        "owner",
    )
    return _once([*others, *named], "name")


def _once(names: Iterable[str], code: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name != code))


FIELDS = (
    ImportField("name", Text("姓名或名称", "Name"), _names(), required=True, example="张建国"),
    ImportField("phone", Text("联系电话", "Phone"), _phones(), example="13800138000"),
    ImportField(
        "kind", Text("客户类别", "Kind"), ("客户类型", "类别", "业主类型", "住户类型", "type"), example="业主"
    ),
    ImportField(
        "id_number",
        Text("证件号码", "ID number"),
        ("身份证", "身份证号", "身份证号码", "证件号", "身份证件号码", "id no"),
        example="",
    ),
    ImportField("gender", Text("性别", "Gender"), ("sex",), example="男"),
    ImportField("email", Text("邮箱", "Email"), ("电子邮箱", "电子邮件", "e-mail"), example=""),
    ImportField(
        "community",
        Text("小区", "Community"),
        ("小区名称", "项目", "项目名称", "楼盘", "园区", "project"),
        example="碧水园",
    ),
    ImportField("court", Text("苑落", "Court"), ("组团", "苑", "分区", "期数"), example=""),
    ImportField(
        "building",
        Text("楼栋", "Building"),
        ("栋", "栋号", "楼号", "楼", "幢", "幢号", "楼栋号", "栋座", "座", "座号", "block"),
        example="3",
    ),
    ImportField("entrance", Text("单元", "Entrance"), ("单元号", "梯", "门洞"), example="2"),
    ImportField(
        "room",
        Text("房号", "Room"),
        ("房间号", "房间", "室号", "室", "户号", "门牌号", "flat"),
        example="301",
    ),
    ImportField(
        "address",
        Text("房产地址", "Address"),
        ("房产", "房屋", "房屋地址", "物业地址", "房屋坐落", "住址", "地址", "门牌", "房产信息"),
        example="",
    ),
    ImportField(
        "floor_area",
        Text("建筑面积", "Floor area"),
        ("面积", "房屋面积", "建面", "产权面积", "计费面积", "area"),
        example="89.50",
    ),
    ImportField("layout", Text("户型", "Layout"), ("房型",), example="三房两厅"),
    ImportField(
        "role",
        Text("与房产的关系", "Role at the premises"),
        ("与房产关系", "住户身份", "产权关系", "身份"),
        example="业主",
    ),
    ImportField(
        "from_on",
        Text("入住日期", "Since"),
        ("入住时间", "入伙日期", "入伙时间", "交房日期", "交付日期", "收楼日期", "起租日期"),
        example="2024-05-01",
    ),
    ImportField("living", Text("是否自住", "Lives there"), ("自住", "居住状态", "入住状态"), example=""),
    ImportField("arrears", Text("欠费", "Arrears"), ("欠费金额", "欠款", "欠缴金额"), example=""),
    ImportField("grade", Text("客户等级", "Grade"), ("等级", "级别"), example=""),
    ImportField(
        "licence_no",
        Text("统一社会信用代码", "Credit code"),
        ("信用代码", "营业执照", "营业执照号", "营业执照号码", "执照号"),
        example="",
    ),
    ImportField("contact", Text("联系人", "Contact"), ("负责人", "经办人", "联络人"), example=""),
    ImportField("parking", Text("车位号", "Parking space"), ("车位", "停车位", "车位编号"), example=""),
    ImportField("plates", Text("车牌", "Plate"), ("车牌号", "车牌号码", "车辆号牌"), example=""),
    ImportField("tags", Text("标签", "Tags"), ("客户标签",), example=""),
    ImportField(
        "external_ref",
        Text("原系统编号", "Number in the old system"),
        ("客户编号", "业主编号", "客户代码", "档案号", "档案编号"),
        example="",
    ),
    ImportField("note", Text("备注", "Note"), ("说明", "备注信息", "备注说明", "remarks"), example=""),
)
