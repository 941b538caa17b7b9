"""What a cell of a customer list shows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zhize.domains.customers.models import Contact, Customer, WatchListEntry
from zhize.lib import clock
from zhize.ui import html, words
from zhize.ui.html import format_html


def place(row: Customer) -> str:
    """Where the customer is, the place lived in first."""
    places = getattr(row, "places", ())
    return "、".join(one.premises.address for one in places[:2])


def area(row: Customer) -> str:
    for one in getattr(row, "places", ()):
        if one.premises.area is not None:
            return str(one.premises.area)
    return ""


def phone(row: Customer) -> str:
    """The number to call first; the column masks it."""
    numbers = list(row.phones.all())
    return numbers[0].number if numbers else ""


def owed(row: Customer) -> Any:
    return row.arrears_amount if row.owes else None


def name_and_flags(row: Customer) -> str:
    """The name as link, with what one must know before calling."""
    flags = []
    if row.vip:
        flags.append(("", _("重要"), "star-filled"))
    if getattr(row, "is_watched", False):
        flags.append((" tag-amber", _("重点关注"), "heart"))
    marks = html.joined(
        format_html(' <span class="tag{}">{} {}</span>', tone, html.icon(icon, size=14), text)
        for tone, text, icon in flags
    )
    return format_html(
        '<a class="row-link" href="{}">{}</a>{}', reverse("customers:detail", args=[row.pk]), row.name, marks
    )


def customer_link(row: Any) -> str:
    """The customer a row belongs to."""
    customer = row if isinstance(row, Customer) else row.customer
    return format_html(
        '<a class="row-link" href="{}">{}</a>', reverse("customers:detail", args=[customer.pk]), customer.name
    )


def roles(row: Contact) -> str:
    """What a contact is there for now."""
    today = clock.today()
    current = [role for role in row.roles.all() if role.to_on is None or role.to_on >= today]
    return "、".join(str(role.get_purpose_display()) for role in current)


def days_since(moment: Any) -> str:
    """How many days ago, in words."""
    days = (clock.now() - moment).days
    return words.in_language(_("{days} 天").format(days=days))


def open_measures(row: WatchListEntry) -> tuple[int, int]:
    """Measures carried out and in all."""
    measures = list(row.measures.all())
    return sum(1 for one in measures if one.done_on is not None), len(measures)


def next_measure(row: WatchListEntry) -> str:
    waiting = [one for one in row.measures.all() if one.done_on is None]
    return waiting[0].text if waiting else ""


VERDICT_TONES = {"better": "green", "same": "amber", "worse": "red"}
VERDICT_ICONS = {"better": "trending-up", "same": "equal", "worse": "trending-down"}


def verdict(row: WatchListEntry) -> str:
    """Better, same or worse, with its arrow."""
    if not row.verdict:
        return html.EMPTY
    tone, icon = VERDICT_TONES[row.verdict], VERDICT_ICONS[row.verdict]
    return format_html(
        '<span class="tag tag-{}">{} {}</span>', tone, html.icon(icon, size=14), row.get_verdict_display()
    )


def due_day(day: Any) -> str:
    """A day that should not have passed."""
    if day is None:
        return html.EMPTY
    late = day < clock.today()
    shown = words.when(day, "date")
    if late:
        return format_html('<span class="bad num">{} {}</span>', shown, _("已过"))
    return format_html('<span class="num">{}</span>', shown)


def subject_link(entry: Any) -> str:
    """The customer an entry of the access log is about."""
    url = reverse("customers:detail", args=[entry.subject_id])
    return format_html('<a class="row-link" href="{}">{}</a>', url, entry.subject_label)


def opened_fields(entry: Any) -> str:
    """What was opened, in the reader's language."""
    fields = entry.data.get("fields")
    return words.in_language(fields) if fields else words.in_language(_("带完整号码的页面"))


def pair(row: Any) -> str:
    """The two entries of a proposal; a click compares them."""
    return format_html(
        '<a class="row-link" href="{}">{} <span class="quiet">{}</span> {}</a>',
        reverse("customers:compare", args=[row.pk]),
        row.first.name,
        _("和"),
        row.second.name,
    )


def kinds_of_pair(row: Any) -> str:
    """The kinds of both, once when they are the same."""
    kinds = dict.fromkeys(label for label in (row.first_kind, row.second_kind) if label)
    return " / ".join(kinds)


def merged_pair(row: Any) -> str:
    """Who went into whom."""
    return format_html(
        '{} {} <a class="row-link" href="{}">{}</a>',
        row.loser.name,
        html.icon("arrow-narrow-right", size=16, label=_("合并到")),
        reverse("customers:detail", args=[row.winner_id]),
        row.winner.name,
    )
