"""Where the domain's pages stand in the navigation, the palette and in links to its rows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhize.domains.customers import capabilities as caps
from zhize.ui import commands, links, nav

nav.item("customers", _("客户档案"), "customers:list", "users", caps.VIEW, 10, key="k")
nav.item("customers", _("房产"), "customers:premises", "building-community", caps.PREMISES_VIEW, 20, key="f")
nav.item("customers", _("资料待确认"), "customers:unconfirmed", "checklist", caps.CONFIRM, 30)
nav.item("customers", _("久未联系"), "customers:untouched", "phone-outgoing", caps.RECORD, 40)
nav.item("customers", _("重点关注"), "customers:watch_list", "heart", caps.WATCH, 50)
nav.item("customers", _("客户需求"), "customers:needs", "bulb", caps.RECORD, 60)
nav.item("customers", _("疑似重复"), "customers:duplicates", "arrows-join", caps.MERGE, 70)
nav.item("customers", _("客户统计"), "customers:statistics", "chart-bar", caps.STATISTICS, 80)
nav.item("customers", _("查阅记录"), "customers:access_log", "shield-lock", caps.ACCESS_LOG, 90)
nav.item("customers", _("抹去申请"), "customers:erasures", "user-x", caps.ERASE, 92)
nav.item("customers", _("保存期满"), "customers:retention", "calendar-off", caps.EDIT, 91)
nav.item("customers", _("档案规定"), "customers:rules", "lock", caps.VIEW, 95)

commands.register(
    "customers.new",
    _("新建客户"),
    "customers:new",
    icon="user-plus",
    capability=caps.CREATE,
    keywords="xjkh kehu customer new",
)
commands.register(
    "customers.import",
    _("导入客户名单"),
    "customers:import",
    icon="file-import",
    capability=caps.IMPORT,
    keywords="drkh daoru import",
)
commands.register(
    "customers.vacant",
    _("空置房"),
    "customers:vacant",
    icon="home",
    capability=caps.PREMISES_VIEW,
    keywords="kzf vacant",
)

links.register("customers.customer", "customers:detail", icon="user")
links.register("customers.premises", "customers:premises_node", icon="home")
