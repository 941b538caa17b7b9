"""Somebody at a browser, as far as plain requests go: cookies, the form's token, a language."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

from tests.faults.kit import Answer, House


class Visitor:
    """Keeps cookies and sends forms. Answers that say no are answers, not errors."""

    def __init__(self, house: House, language: str = "zh-hans") -> None:
        self.house, self.language = house, language
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(urllib.request.Request(self._url(path), headers=sent))

    def post(self, path: str, **fields: str) -> Answer:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "") or ""
        content = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return self._send(urllib.request.Request(self._url(path), content, {"Referer": self._url(path)}))

    def sign_in(self, login: str, password: str) -> None:
        self.get("/login/")
        answer = self.post("/login/", login=login, password=password)
        assert answer.status == 200 and "sessionid" in {cookie.name for cookie in self.jar}, answer.body[:500]

    def token_of(self, path: str) -> str:
        """The token of one showing of a form."""
        found = re.search(rb'name="_token" value="([^"]+)"', self.get(path).body)
        assert found is not None
        return found[1].decode()

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.house.port}{path}"

    def _send(self, request: urllib.request.Request) -> Answer:
        request.add_header("Accept-Language", self.language)
        try:
            with self.opener.open(request, timeout=60) as reply:
                return Answer(
                    reply.status, reply.read(), {name.lower(): text for name, text in reply.headers.items()}
                )
        except urllib.error.HTTPError as no:
            with no:
                return Answer(no.code, no.read(), {name.lower(): text for name, text in no.headers.items()})
