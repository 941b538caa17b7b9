"""What a position may be allowed to do with the customer archive."""

from __future__ import annotations

from zhize.kernel import access

VIEW = access.capability("customer.view", zh="查看客户档案", en="See the customer archive")
CREATE = access.capability("customer.create", zh="建立客户档案", en="Create customers")
EDIT = access.capability("customer.edit", zh="修改客户档案", en="Change customers")
RECORD = access.capability(
    "customer.record",
    zh="记录联系、备注、重要事项与需求",
    en="Record contacts, notes, important matters and needs",
)
CONFIRM = access.capability("customer.confirm", zh="确认客户资料", en="Confirm customer data")
VIEW_FULL = access.capability("customer.view_full", zh="查看完整电话号码", en="See full phone numbers")
UNMASK = access.capability(
    "customer.unmask", zh="查看保密字段（留痕）", en="Open confidential fields (logged)"
)
ACCESS_LOG = access.capability(
    "customer.access_log", zh="查看档案查阅记录", en="See who opened confidential fields"
)
GRADE = access.capability("customer.grade", zh="评定客户等级", en="Grade customers")
WATCH = access.capability("customer.watch", zh="管理重点关注客户", en="Keep the watch list")
ARREARS = access.capability("customer.arrears", zh="登记欠费", en="Report arrears")
MERGE = access.capability("customer.merge", zh="合并重复客户", en="Merge duplicate customers")
CLOSE = access.capability("customer.close", zh="客户销户与恢复", en="Close and reopen customers")
IMPORT = access.capability("customer.import", zh="导入客户名单", en="Import customer lists")
EXPORT = access.capability("customer.export", zh="导出客户名单", en="Export customer lists")
STATISTICS = access.capability("customer.statistics", zh="查看客户统计", en="See customer statistics")
PREMISES_VIEW = access.capability("premises.view", zh="查看房产资料", en="See premises")
PREMISES_EDIT = access.capability(
    "premises.edit", zh="维护房产资料与入住关系", en="Keep premises and occupancies"
)
COPY = access.capability("customer.copy", zh="导出一位客户的全部资料", en="Hand out all data of one customer")
ERASE = access.capability(
    "customer.erase", zh="抹去一位客户的个人信息", en="Erase a customer's personal data"
)

# `zhize person`, which only whoever runs the installation can reach.
CLI = access.system_actor("customers.cli", caps=(VIEW, COPY, ERASE))
