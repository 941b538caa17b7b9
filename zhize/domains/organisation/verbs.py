"""What can happen to the organisation."""

from __future__ import annotations

from zhize.kernel.history import verb

verb("unit.created", zh="{actor}设立单位", en="{actor} created the unit", privacy="keep")
verb("unit.changed", zh="{actor}修改单位资料", en="{actor} changed the unit", privacy="keep")
verb("unit.moved", zh="{actor}调整上级单位为{to}", en="{actor} moved the unit under {to}", privacy="keep")
verb("unit.closed", zh="{actor}停用单位", en="{actor} closed the unit", privacy="keep")
verb("position.created", zh="{actor}设立岗位", en="{actor} created the position", privacy="keep")
verb("position.changed", zh="{actor}修改岗位说明书", en="{actor} changed the position sheet", privacy="keep")
verb("position.closed", zh="{actor}撤销岗位", en="{actor} closed the position", privacy="keep")
verb(
    "clause.added",
    zh="{actor}增加条款 {number} {text}",
    en="{actor} added clause {number} {text}",
    privacy="keep",
)
verb("clause.changed", zh="{actor}修改条款 {number}", en="{actor} changed clause {number}", privacy="keep")
verb("clause.dropped", zh="{actor}删去条款 {number}", en="{actor} took clause {number} out", privacy="keep")
verb(
    "position.granted",
    zh="{actor}授予“{capability_text}”（{scope}）",
    en="{actor} granted “{capability_text}” ({scope})",
    privacy="keep",
)
verb(
    "position.revoked",
    zh="{actor}收回“{capability_text}”",
    en="{actor} revoked “{capability_text}”",
    privacy="keep",
)
verb(
    "sheet.issued",
    zh="{actor}签发岗位说明书第 {number} 版",
    en="{actor} issued version {number} of the position sheet",
    privacy="keep",
)
verb(
    "reading.asked",
    zh="{actor}发布《{title}》第 {number} 版，请 {days} 天内阅读签署",
    en="{actor} published “{title}”, version {number}, to be read and signed within {days} days",
    privacy="keep",
)
verb(
    "reading.replaced",
    zh="{actor}发布了第 {number} 版，本版不再签署",
    en="{actor} published version {number}; this one is signed no more",
    privacy="keep",
)
verb(
    "reading.signed",
    zh="{who}签署：已阅读《{title}》第 {number} 版",
    en="{who} signed to have read “{title}”, version {number}",
    privacy="keep",
)
verb("person.created", zh="{actor}登记员工", en="{actor} added the member of staff", privacy="mask")
verb("person.changed", zh="{actor}修改员工资料", en="{actor} changed the member of staff", privacy="mask")
verb("person.left", zh="{actor}办理离岗", en="{actor} recorded the departure", privacy="keep")
verb(
    "person.appointed",
    zh="{actor}任命{who}为{position}（{kind}）",
    en="{actor} appointed {who} as {position} ({kind})",
    privacy="keep",
)
verb(
    "person.relieved",
    zh="{actor}免去{who}的{position}",
    en="{actor} relieved {who} as {position}",
    privacy="keep",
)
verb(
    "person.absent",
    zh="{actor}登记{who}不在岗：{note}",
    en="{actor} recorded {who} as away: {note}",
    privacy="mask",
)
verb("person.back", zh="{actor}撤销{who}的不在岗", en="{actor} cancelled {who}'s absence", privacy="keep")
verb("shift.started", zh="{who}上岗", en="{who} came on duty", privacy="keep")
verb("shift.ended", zh="{who}下岗", en="{who} went off duty", privacy="keep")
verb("area.created", zh="{actor}划定责任区域", en="{actor} created the area", privacy="keep")
verb("area.changed", zh="{actor}修改责任区域", en="{actor} changed the area", privacy="keep")
verb(
    "area.assigned",
    zh="{actor}把{area}交给{who}负责",
    en="{actor} made {who} answerable for {area}",
    privacy="keep",
)
verb(
    "area.released",
    zh="{actor}收回{who}对{area}的责任",
    en="{actor} released {who} from {area}",
    privacy="keep",
)
verb("external.created", zh="{actor}登记外部单位", en="{actor} added the outside body", privacy="keep")
verb("external.changed", zh="{actor}修改外部单位", en="{actor} changed the outside body", privacy="keep")
verb(
    "external.contact_added",
    zh="{actor}登记联系人{who}",
    en="{actor} added the contact {who}",
    privacy="mask",
)
verb(
    "external.exchanged",
    zh="{actor}登记与{body}的往来",
    en="{actor} recorded an exchange with {body}",
    privacy="drop",
)
verb(
    "person.unappointed",
    zh="{actor}撤回了{who}还未开始的任职：{position}",
    en="{actor} withdrew the appointment of {who} as {position} before it began",
    privacy="keep",
)
