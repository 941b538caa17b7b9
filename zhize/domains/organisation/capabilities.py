"""What positions may be granted on the organisation itself."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("org.view", zh="查看组织", en="See the organisation")
EDIT = access.capability("org.edit", zh="维护单位与岗位", en="Maintain units and positions")
APPOINT = access.capability("org.appoint", zh="任免人员", en="Appoint people")
PERSON_VIEW = access.capability("person.view", zh="查看员工", en="See staff")
PERSON_EDIT = access.capability("person.edit", zh="维护员工资料", en="Maintain staff data")
GRANT = access.capability("org.grant", zh="授予权限", en="Grant rights")
AREA_EDIT = access.capability("area.edit", zh="划分责任区域", en="Assign areas of responsibility")
PRESENCE = access.capability("presence.edit", zh="登记在岗与请假", en="Record presence and leave")
SHEET = access.capability("sheet.edit", zh="维护岗位说明书", en="Maintain position sheets")
CONTACT_VIEW = access.capability("external.view", zh="查看外部联系", en="See outside contacts")
CONTACT_EDIT = access.capability("external.edit", zh="维护外部联系", en="Maintain outside contacts")
CONTACT_RECORD = access.capability(
    "external.record", zh="登记外部往来", en="Record exchanges with outside bodies"
)
