"""The rules for keeping, using and secrecy of archives, and what staff propose to improve (CUS-10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.selectors import archives
from zhize.domains.customers.web.forms import area_text
from zhize.kernel import access

SHOWN = 50
RULES = (
    _("电话和证件号码默认脱敏；查看完整内容要写明事由，谁、什么时候、为什么都留痕。"),
    _("查阅记录由档案管理人员查看。"),
    _("导出的名单只有脱敏号码，每次导出留痕。"),
    _("重要事项归档后不能修改和删除，只能补充。"),
)


class ProposalForm(ui.Form):
    columns = 1
    text = forms.CharField(label=_("改进建议"), max_length=2000, widget=area_text(4))


class ArchiveRules(ui.FormPage):
    """What holds for archives here; everybody who works with them may propose something better."""

    capability = caps.VIEW
    form_class = ProposalForm
    title = _("档案规定")
    intro = _("客户档案怎样保管、使用和保密。有更好的办法，写在下面，档案管理人员会收到。")
    submit = _("提出建议")
    done_message = _("已提交给档案管理人员。")
    template = "customers/rules.html"

    def context(self) -> dict[str, Any]:
        unit = access.unit_of(self.actor)
        keepers = archives.keepers(unit) if unit is not None else {}
        return {
            "rules": RULES,
            "classes": [(one, keepers.get(one.keeper or "")) for one in archives.confidential_classes()],
            "proposals": list(archives.proposals(self.actor)[:SHOWN]),
        }

    def perform(self, form: Any) -> Any:
        return services.propose_improvement(actor=self.actor, text=form.cleaned_data["text"])

    def success_url(self, result: Any) -> str:
        return reverse("customers:rules")
