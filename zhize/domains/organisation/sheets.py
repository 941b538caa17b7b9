"""The columns of a position sheet 职位说明书 beside its clauses (ORG-05), as they are kept in `Position.sheet`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SHORT = (
    ("pay", _("薪金标准")),
    ("headcount_note", _("编制说明")),
    ("place", _("工作场所")),
    ("environment", _("环境状况")),
    ("hazard", _("危险性")),
    ("promotion", _("晋升方向")),
    ("rotation", _("轮转岗位")),
)
LONG = (
    ("authority", _("工作权限")),
    ("kpi", _("考核指标")),
    ("contacts_inside", _("内部联系")),
    ("contacts_outside", _("外部联系")),
    ("qualification", _("任职资格")),
    ("remarks", _("备注")),
)
KEYS = tuple(key for key, _label in (*SHORT, *LONG))
