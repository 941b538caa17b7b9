"""Where the domain's pages stand in the navigation, the palette and in links to its rows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize.domains.channels import capabilities as caps
from zhize.ui import commands, links, nav

nav.item("work", _("受理"), "channels:intake", "phone-incoming", "case.open", 10, bottom=3, prominent=True)
nav.item("work", pgettext_lazy("list", "来电"), "channels:calls", "phone", caps.CALL_VIEW, 50)
nav.item("work", _("查进度"), "channels:progress", "progress", caps.PROGRESS_TELL, 51)
nav.item("work", _("来访排队"), "channels:visitors", "walk", caps.VISITOR_VIEW, 52)
nav.item("work", _("工作信息记录表"), "channels:work", "notebook", caps.WORKLOG_VIEW, 54)
nav.item("work", _("转告"), "channels:relays", "send", caps.RELAY_VIEW, 56)
nav.item("work", _("待核实"), "channels:to_verify", "clipboard-check", "case.verify", 25)
nav.item("work", _("邮件收件"), "channels:mail", "mail", caps.MAIL_VIEW, 60)
nav.item("work", _("邮件发件"), "channels:mail_sent", "send", caps.MAIL_VIEW, 61)
nav.item("work", _("收发文登记"), "channels:documents", "mail-opened", caps.DOCUMENT_VIEW, 62)
nav.item("admin", _("渠道"), "channels:lines", "plug", caps.VIEW, 30)
commands.register(
    "channels.intake",
    _("新受理"),
    "channels:intake",
    icon="plus",
    capability="case.open",
    keywords="shouli sl intake",
    key="n",
)
commands.register(
    "channels.call", _("登记来电"), "channels:call_new", icon="phone-plus", capability=caps.CALL_RECORD,
    keywords="laidian ld call", drawer=True,
)  # fmt: skip
commands.register(
    "channels.visitor", _("登记来访"), "channels:visitor_new", icon="walk", capability=caps.VISITOR_RECEIVE,
    keywords="laifang lf visitor", drawer=True,
)  # fmt: skip
commands.register(
    "channels.work", _("登记工作信息"), "channels:work_new", icon="notebook", capability=caps.WORKLOG_RECORD,
    keywords="jilu gzxx register", drawer=True,
)  # fmt: skip
commands.register(
    "channels.relay", _("转告同事"), "channels:relay_new", icon="send", capability=caps.RELAY_SEND,
    keywords="zhuangao zg relay", drawer=True,
)  # fmt: skip
commands.register(
    "channels.progress", _("查进度"), "channels:progress", icon="progress", capability=caps.PROGRESS_TELL,
    keywords="jindu jd progress",
)  # fmt: skip
links.register("channels.call", "channels:call", icon="phone")
links.register("channels.visitor", "channels:visitor", icon="walk")
links.register("channels.workentry", "channels:work_entry", icon="notebook")
links.register("channels.relay", "channels:relay", icon="send")
links.register("channels.inboundmail", "channels:mail_item", icon="mail")
links.register("channels.outboundmail", "channels:mail_sent_item", icon="send")
links.register("channels.correspondence", "channels:document", icon="mail-opened")
links.register("channels.line", "channels:line", icon="plug")
