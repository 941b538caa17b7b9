"""The parts of the frame that are the same on every page of one person: made once, then only filled in.

Navigation, preferences, menus and scripts are two thirds of a page's text and change when the person's place, rights,
language or looks do. What differs from page to page (the address, the form token, where one stands) is a blank in the
kept text.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zhize.kernel.db import marks
from zhize.lib import clock

HERE = "⟦here⟧"
TOKEN = "⟦token⟧"  # noqa: S105 - a blank, not a secret


def part(template: str, frame: Any) -> SafeString:
    """A part of the frame as HTML for this request."""
    request: HttpRequest = frame.request
    text = (
        marks.kept(("part", template, *_whose(frame)), lambda: _blank(template, frame))
        if frame.signed_in
        else _blank(template, frame)
    )
    if TOKEN in text:
        text = text.replace(TOKEN, get_token(request))
    if HERE in text:
        text = text.replace(HERE, escape(request.get_full_path()))
    if frame.signed_in:
        there = f'href="{frame.active_url}" data-nav'
        text = text.replace(there, f'{there} aria-current="page"')
    return SafeString(text)


def _whose(frame: Any) -> tuple[Any, ...]:
    # Where a request failed before anybody knew who acts, the page of the error has a frame all the same.
    actor, user = getattr(frame.request, "actor", None), frame.request.user
    place = (actor.position_id, actor.positions) if actor is not None else ()
    looks = (get_language(), frame.theme, frame.density)
    return user.pk, user.login, user.person_id, *looks, *place, clock.today()


def _blank(template: str, frame: Any) -> str:
    return render_to_string(
        template, {"frame": frame, "request": frame.request, "csrf_token": TOKEN, "here": HERE}
    )
