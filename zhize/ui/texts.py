"""Texts the scripts say, rendered into every page as JSON so that they are translated like all others."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

_TEXTS: dict[str, Any] = {
    "left": gettext_lazy("还剩 {span}"),
    "over": gettext_lazy("已超 {span}"),
    "ago": gettext_lazy("{span}前"),
    "day": gettext_lazy("{n} 天"),
    "hour": gettext_lazy("{n} 小时"),
    "minute": gettext_lazy("{n} 分"),
    "minutes": gettext_lazy("{n} 分钟"),
    "moment": gettext_lazy("不到 1 分钟"),
    "copied": gettext_lazy("已复制"),
    "copyFailed": gettext_lazy("没能复制，请手动选中再复制"),
    "unsaved": gettext_lazy("离开？写的内容还没有保存。"),
    "leave": gettext_lazy("不保存，离开"),
    "stay": gettext_lazy("继续填写"),
    "yes": gettext_lazy("确定"),
    "no": gettext_lazy("取消"),
    "back": gettext_lazy("返回"),
    "draftSaved": gettext_lazy("草稿已保存 {time}"),
    "draftLocal": gettext_lazy("草稿存在本机 {time}，联网后再同步"),
    "draftSignedOut": gettext_lazy("您已退出登录；草稿存在本机 {time}，重新登录后再同步"),
    "draftFound": gettext_lazy("找到 {time} 的草稿"),
    "draftRestore": gettext_lazy("恢复草稿"),
    "draftDiscard": gettext_lazy("丢弃"),
    "sending": gettext_lazy("正在提交…"),
    "offline": gettext_lazy("网络断开了，您写的内容都还在，连上以后再提交即可。"),
    "online": gettext_lazy("网络恢复了。"),
    "ready": gettext_lazy("系统恢复了，可以接着做。"),
    "failed": gettext_lazy("服务器没有回应，这一步没有做成；您写的内容都还在，请再试一次。"),
    "timeout": gettext_lazy("等得太久了，这一步可能没有做成；请看一眼最新内容再试。"),
    "retry": gettext_lazy("再试一次"),
    "close": gettext_lazy("关闭"),
    "loading": gettext_lazy("正在载入…"),
    "confirmTitle": gettext_lazy("请确认"),
    "confirm": gettext_lazy("确定"),
    "cancel": gettext_lazy("取消"),
    "selected": gettext_lazy("已选 {n} 项"),
    "selectAll": gettext_lazy("选中本页全部"),
    "paletteEmpty": gettext_lazy("没有找到。换个词，或者输入单号、电话后几位试试。"),
    "paletteGo": gettext_lazy("前往"),
    "paletteDo": pgettext_lazy("palette", "操作"),
    "paletteFound": gettext_lazy("找到的记录"),
    "uploading": gettext_lazy("正在上传 {percent}%"),
    "uploadFailed": gettext_lazy("“{name}”没有传上去"),
    "uploadTooBig": gettext_lazy("“{name}”超过 {limit} MB，请压缩后再传"),
    "uploadRemove": gettext_lazy("移除 {name}"),
    "comboEmpty": gettext_lazy("没有符合的选项"),
    "comboLoading": gettext_lazy("正在查找…"),
    "comboAdd": gettext_lazy("新增“{text}”"),
    "remove": gettext_lazy("移除"),
    "characters": gettext_lazy("{n} / {max} 字"),
    "noData": gettext_lazy("这段时间没有数据"),
    "keysPage": gettext_lazy("这个页面"),
    "keysEverywhere": gettext_lazy("到处可用"),
    "keyPalette": gettext_lazy("搜索与执行"),
    "keyHelp": gettext_lazy("显示按键"),
    "keySearch": gettext_lazy("跳到搜索框"),
    "keyNext": gettext_lazy("下一行"),
    "keyPrevious": gettext_lazy("上一行"),
    "keyOpen": gettext_lazy("打开这一行"),
    "keySelect": gettext_lazy("选中这一行"),
    "keyNew": gettext_lazy("新建"),
    "keySubmit": gettext_lazy("提交表单"),
    "keyClose": gettext_lazy("关闭抽屉或对话框"),
    "keyGo": gettext_lazy("前往：{label}"),
    "then": pgettext_lazy("keys pressed one after the other", "再按"),
    "signClear": gettext_lazy("重签"),
}

_ASSETS = {
    "icons": "vendor/icons.svg",
    "echarts": "vendor/echarts.min.js",
    "sortable": "vendor/sortable.min.js",
    "combobox": "vendor/tom-select.min.js",
}


def for_scripts() -> dict[str, str]:
    """The script texts in the language of this request."""
    return dict(_translated(get_language() or "zh-hans"))


@lru_cache(maxsize=8)
def _translated(_language: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(text)) for name, text in _TEXTS.items())


def assets() -> dict[str, str]:
    """Addresses of the files that scripts load only when a page needs them."""
    return {name: static(path) for name, path in _ASSETS.items()}
