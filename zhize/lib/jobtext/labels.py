"""Words that head things in job descriptions: titles of sheets, sections, fields, and what is no part of the sheet."""

from __future__ import annotations

import re

from zhize.lib.jobtext import numbering

# A label of a field → the field. From the sheets of seeds 002 and 003 and common templates of 岗位说明书.
FIELDS: dict[str, str] = {
    **dict.fromkeys(("职位名称", "岗位名称", "职务名称", "职位", "岗位", "职务", "岗位职务", "工作岗位", "机构名称"), "name"),
    **dict.fromkeys(
        ("所属部门", "所在部门", "部门", "部门名称", "隶属部门", "科室", "所在科室", "所属科室", "所属单位", "所在单位",
         "工作部门", "所属班组", "所属门店", "所属中心"), "unit"),
    **dict.fromkeys(
        ("直接上级", "直属上级", "上级", "直接主管", "直接上司", "直属上司", "上级主管", "上级岗位", "上级职位", "汇报对象",
         "汇报上级", "汇报关系", "直属主管", "直线主管", "直线上级", "直线经理", "直属经理", "直接经理", "直属领导",
         "汇报人", "汇报给", "向谁汇报", "隶属上级", "直属上级主管", "直属上级领导", "上级主管部门", "上级部门", "直接领导", "报告上级", "隶属关系", "报告对象", "领导关系"),
        "reports_to"),
    **dict.fromkeys(
        ("直接下级", "直接下属", "直属下级", "直属下属", "下级", "下属", "下属岗位", "下级岗位", "下级职位", "管理对象",
         "督导", "督导对象", "所辖岗位", "直接管理", "管辖岗位"), "direct_reports"),
    **dict.fromkeys(
        ("编制", "人员编制", "岗位编制", "部门编制", "定员", "岗位定员", "定编", "定编人数", "岗位人数", "所辖人数", "人数",
         "部门人数", "编制人数"), "headcount"),
    **dict.fromkeys(
        ("工作目的", "工作概述", "岗位概述", "职位概要", "岗位目的", "岗位设置目的", "设岗目的", "职位目的", "岗位使命",
         "工作概要", "职位概述", "岗位概要", "岗位描述", "部门本职", "职能定位", "本职工作", "本职", "岗位宗旨", "工作综述"),
        "purpose"),
    **dict.fromkeys(("职位代码", "岗位编号", "岗位代码", "职位编号", "机构编码", "职务编号", "文件编号", "编号"), "code"),
    **dict.fromkeys(("职等职级", "职级", "职等", "岗位等级", "岗位级别", "职系", "岗位类别", "部门级别", "公司级别"), "grade"),
    **dict.fromkeys(("工作地点", "工作场所", "办公地点"), "location"),
    **dict.fromkeys(("工作时间", "上班时间", "班次", "工作班制"), "hours"),
    **dict.fromkeys(("薪金标准", "薪资标准", "工资范围", "薪资范围", "薪酬", "薪资"), "pay"),
    **dict.fromkeys(("晋升方向", "轮转岗位", "晋升岗位", "可轮换岗位", "职业发展"), "career"),
    **dict.fromkeys(("间接下属", "间接下级"), "indirect_reports"),
    **dict.fromkeys(("审核人", "核准人", "批准", "批准人", "审批", "编制部门", "编写人", "编制人", "编写", "审核"), "approval"),
    **dict.fromkeys(
        ("编写日期", "填写日期", "有效日期", "生效日期", "编制日期", "批准日期", "签批日期", "修订日期", "日期", "版本", "版次",
         "签批", "签名", "发布日期", "实施日期"), "approval"),
}  # fmt: skip

_DUTIES = (
    "岗位职责", "工作职责", "主要职责", "职责", "基本职责", "岗位工作职责", "主要工作职责", "工作内容", "主要工作内容",
    "职位描述", "岗位责任", "具体职责", "职责描述", "日常工作", "职责与工作任务", "职责范围", "主要工作", "工作任务", "职责概述",
    "岗位职责及工作内容", "主要职能", "部门职责", "部门职能", "工作流程", "工作程序", "操作流程", "主要工作职责及工作流程",
    "管理职责", "服务职责", "安全职责", "行政职责", "业务职责", "考核职责", "每日工作", "每周工作", "每月工作", "岗位要求",
    "工作要求", "工作标准", "沟通职责", "质量职责", "日常职责", "岗位内容", "职位职责", "职责内容", "职责要求", "工作规范",
)  # fmt: skip
# Sections in which nothing is owed: requirements, authority, entitlements, relations, indicators.
_STANDING = (
    "任职要求", "任职资格", "任职条件", "职位要求", "基本要求", "应聘要求", "招聘要求", "资格要求", "任职资格要求",
    "教育背景", "培训经历", "工作经验", "经验", "技能技巧", "知识技能", "专业证书", "知识技能、专业证书", "态度", "其他要求",
    "工作条件", "工作环境", "岗位福利", "福利待遇", "薪资福利", "福利", "薪酬福利", "待遇", "职位权限", "岗位权限", "工作权限",
    "权限", "主要权限", "权责", "重要工作联系", "工作关系", "内部联系", "外部联系", "内部关系", "外部关系", "所受监督",
    "所施监督", "合作关系", "工作协作关系", "关键考核指标", "考核指标", "绩效指标", "关键绩效指标", "部门考核", "部门目标",
    "管辖范围", "应具备之基本资格及条件", "个人条件", "目的", "适用范围", "支持文件", "相关记录", "人员规划", "基本原则",
    "部门架构图", "备注", "基本信息", "基本情况", "岗位信息", "岗位基本信息", "职位信息", "基本资料", "岗位概况", "个人素质", "素质要求", "能力要求", "岗位资格", "术语", "定义", "附则", "总则", "附件", "执行人",
)  # fmt: skip
SECTIONS = frozenset((*_DUTIES, *_STANDING))
STANDING_SECTIONS = frozenset(_STANDING) - frozenset(_DUTIES)

# The word a sheet's title ends with; before it stands the name of the position.
_TITLE_END = (
    r"(?:岗位|职位|工作|部门|职务)?(?:的)?(?:岗位|工作|主要|具体|基本)?"
    r"(?:职责|责任制|说明书|职能说明书|职责说明|职责描述|职责范围|职责与权限|工作内容|职责及要求|职责参考模板|职责说明书|(?<=岗位|职位|工作)说明)"
)
# Procedures hold duties too, of the people their sentences begin with.
_PROCEDURE = re.compile(
    r"^(?P<name>.{2,30}?)(?:标准)?(?:作业|操作|工作|服务)?(?:规程|指导书|规范|流程|手册)$"
)
_TITLE = re.compile(
    rf"^(?P<name>.{{2,30}}?){_TITLE_END}(?:(?:和|及|与|、)?(?:任职|岗位)?(?:要求|资格|条件|描述|范本|模板|表))*"
    r"(?:[(（].{1,8}[)）])?(?:篇[一二三四五六七八九十]+)?$"
)
_PREFIX = re.compile(
    r"^(?:【?\s*(?:篇|第)\s*[\d一二三四五六七八九十]+\s*(?:篇|章|部分)?\s*[:：、.]?|职责[一二三四五六七八九十]+\s*[:：]|"
    r"[(（]\s*[\d一二三四五六七八九十]+\s*[)）]\s*、?|[\d一二三四五六七八九十]+\s*[、.]|\d{4}年)\s*"
)
# What looks like a title's name and is none.
_GENERIC = re.compile(
    r"^(?:每[日天周月季年班]度?|本|该|各|以上|上述|相关|主要|具体|基本|部门|其他|其它|职位|岗位|安全|管理|服务|质量|工作|行政|业务|沟通|日常|消防|"
    r"考核|监督|他们的?|全部|共同|通用|一般|各级|各类|岗位人员|工作人员)*(?:的)?$"
)
_NO_NAME = re.compile(
    r"[,，;；。:：]|[、及和与]$|^(?:负责|履行|按照|熟悉|掌握|制定|明确|根据|完成|执行|签订|编写|组织|学习|了解|认真|做好|对|为)"
)
_UNIT_NAME = re.compile(r"(?:部|部门|室|处|科|中心|办公室|班组|车间|门店|服务站|机构|公司|分局|窗口)$")

FURNITURE = re.compile(
    r"^(?:首页\s*[>»›].*|.*(?:首页)\s*>\s*.*|展开阅读全文|资源描述|阅读全文|目录|下载|返回顶部|打印|关闭|上一[页篇].*|下一[页篇].*|"
    r"第\s*\d+\s*页(?:\s*[,，/]?\s*(?:共\s*\d+\s*页)?)?|共\s*\d+\s*页|[-–—]\s*\d+\s*[-–—]|\d+\s*/\s*\d+|page\s*\d+.*|"
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2})?\s*(?:阅读|浏览|点击|来源|作者|发布).*|"
    r"(?:来源|作者|编辑|发布时间|阅读|浏览|点击|关键词|标签|责任编辑)[:：]?\s*.{0,30}|.*https?://.*|.*\bwww\..*|.*版权所有.*|"
    r".*(?:扫码|扫一扫|关注公众号|点击下载|相关推荐|相关文章|猜你喜欢).*|"
    r"(?:\S{0,10}(?:人力资源网|文库|文档网|范文网|资料网|制度大全).{0,20}))$",
    re.IGNORECASE,
)
# A head or foot with the page's number at one end: 蓝湾游泳馆 管理制度汇编 第12页/共40页, 员工手册 - 12 -, Page 3 of 9 Handbook.
_OF_PAGES = (
    r"(?:[(（]?第\s*\d+\s*页\s*[,，/|]?\s*[(（]?共\s*\d+\s*页[)）]?|page\s*\d+\s*(?:of|/)\s*\d+|"
    r"第\s*[一二三四五六七八九十百]+\s*页\s*[,，/|]?\s*共\s*[一二三四五六七八九十百]+\s*页|"
    r"共\s*\d+\s*页\s*[,，/|]?\s*第\s*\d+\s*页)"
)
_PAGE_ALONE = r"(?:第\s*\d+\s*页|page\s*\d+|[-–—]\s*\d+\s*[-–—]|\d+\s*/\s*\d+)"
_HEAD = r"[^。;；!！?？]{0,60}?"
_NUMBERED_PAGE = re.compile(
    rf"{_HEAD}[\s|·•_]*{_OF_PAGES}|{_OF_PAGES}{_HEAD}|{_HEAD}[\s|·•_]+{_PAGE_ALONE}|{_PAGE_ALONE}[\s|·•_]+{_HEAD}",
    re.IGNORECASE,
)
PAGE_INSIDE = re.compile(rf"(?<=[;；。.!])\s*(?={_HEAD}{_OF_PAGES}\s*$)", re.IGNORECASE)
"""Before a page's head or foot that a converter glued to the end of a clause."""
_COLUMN = re.compile(
    r"序号|编号|(?:工作|岗位)?(?:内容|任务|职责|项目|事项|标准|要求|频次|频率|周期)|(?:完成|办理)?(?:时限|时间|期限)|(?:考核|评价)?(?:标准|指标)|权重|"
    r"备注|责任|责任人|负责人|记录|表单|输出|成果|占用时间|比重|权限"
)
_PAGE = 400
_CHATTER = re.compile(r"小编|范文|供大家|大家(?:参考|借鉴)|写作是|希望(?:可以|能|对)|欢迎(?:阅读|下载|参考)")
_SIGNATURE = re.compile(
    r"^(?:(?:申请人|本人|员工|执行人|部门|主管|经理|总经理|副总经理|签批)?(?:签字|签名|审批|签批)(?:日期)?\s*[:：]?\s*){1,3}(?:日期\s*[:：]?)?$"
    r"|^主题[:：].*签批.*$"
)
_TAIL = re.compile(
    r"(?:主题[:：].{2,20})?(?:签批|签字|签名|审核人?|批准人?)[:：]\s*(?:(?:签批|签字|签名)?日期[:：])?\s*$"
)


_HEADING = 80
"""Characters; nothing longer is a heading."""


def title_name(text: str) -> str | None:
    """The name in the title of a sheet (前台接待员岗位职责 → 前台接待员), or None when it is no title."""
    if len(text) > _HEADING:
        return None
    plain = text.strip(" 【】[]-—―–").removesuffix(":").removesuffix("：")
    while (bare := _PREFIX.sub("", plain)) != plain:
        plain = bare
    for shown in (plain, re.split(r"[\s:：—]", plain)[-1]):
        match = _TITLE.match(shown)
        if match is None:
            continue
        name = re.sub(r"(?:的|各|岗位|职位|工作)+$", "", match.group("name")).strip()
        if is_name(name):
            return name
        if shown.startswith(f"{name}部门") and name in ("业务", "管理", "职能", "行政"):
            return f"{name}部门"
    return None


def is_name(text: str, *, field: bool = False) -> bool:
    """Whether this can be the name of a position or unit: not a word of the sheet itself (工作, 主要, 部门).

    In a field of its own a name may hold anything; in a heading it is no sentence.
    """
    if not text or text in SECTIONS or text in FIELDS or _GENERIC.match(text):
        return False
    return field or not _NO_NAME.search(text)


def procedure_name(text: str) -> str | None:
    """What a procedure is about (房屋租赁平台维修服务管理标准作业规程), or None when the line heads none.

    Only headings that say that they head a chapter (篇3:) are believed: 工作流程 is a section of any sheet.
    """
    plain = text.strip(" 【】[]")[:_HEADING]
    bare = _PREFIX.sub("", plain)
    match = _PROCEDURE.match(bare) if bare != plain and plain[:1] in "篇第" else None
    return match.group("name") if match else None


def is_unit(name: str) -> bool:
    """Whether a name is a unit's (商务部, 客服中心), not a person's."""
    return bool(_UNIT_NAME.search(name))


_FIRM = re.compile(
    r"(?:公司|集团|医院|酒店|宾馆|饭店|银行|支行|学校|学院|大学|中学|小学|幼儿园|事务所|研究所|商场|超市|影城|机场|工厂|[总分]厂|分院|项目部|营业厅|管理处|委员会)$"
)


def is_house(text: str) -> bool:
    """Whether a line names a firm or a department and nothing else."""
    plain = re.sub(r"\s", "", text)
    return (
        2 < len(plain) <= 24
        and not re.search(r"[,，。;；:：、!！?？]|^(?:负责|协助|配合|参与)", plain)
        and bool(_FIRM.search(plain) or _UNIT_NAME.search(plain))
    )


def is_sheet_word(text: str) -> bool:
    """岗位说明书 alone: a sheet begins, its name follows."""
    return bool(
        re.fullmatch(
            r"(?:职位|岗位|职务|部门|工作|岗位职责|职能)说明书?|职位说明|岗位说明", text.strip("【】[] ")
        )
    )


def section_key(text: str) -> str | None:
    """The known section a heading names, without its number, colon and what stands in brackets; else None."""
    plain = re.sub(r"[(（].*?[)）]", "", text).strip(" :：【】[]").replace(" ", "")
    return plain if plain in SECTIONS else None


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page, not to the sheet."""
    if len(text) > _PAGE:
        return bool(_CHATTER.search(text))
    if _NUMBERED_PAGE.fullmatch(text) and numbering.parse(text) is None:
        return True
    return bool(FURNITURE.match(text) or _SIGNATURE.match(text)) or (
        len(text) > 30 and bool(_CHATTER.search(text))
    )


def is_table_head(text: str) -> bool:
    """Whether a line names the columns of a table (序号 工作内容 频次 完成时限)."""
    cells = [cell.strip() for cell in re.split(r"\t|\||\s{2,}", text) if cell.strip()]
    return len(cells) > 1 and all(_COLUMN.fullmatch(cell) for cell in cells)


def without_tail(text: str) -> str:
    """A clause without the signature fields that a converter glued to its end."""
    return _TAIL.sub("", text).strip()
