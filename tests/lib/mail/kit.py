"""Raw messages, written byte by byte where clients do so."""

from __future__ import annotations

from base64 import b64encode

DATE = "Mon, 2 Mar 2026 09:12:00 +0800"


def raw(body: str | bytes = "", charset: str = "utf-8", **headers: str | bytes) -> bytes:
    """A single-part message; underscores in header names stand for hyphens."""
    given: dict[str, str | bytes] = {
        "From": "zhang@example.com",
        "To": "kefu@zhize.example",
        "Subject": "test",
        "Date": DATE,
        "Message-ID": "<m1@example.com>",
        "Content-Type": f"text/plain; charset={charset}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [name.encode() + b": " + _bytes(value) for name, value in given.items() if value != ""]
    content = body if isinstance(body, bytes) else body.encode(_python(charset))
    return b"\r\n".join([*lines, b"", content])


def multi(subtype: str, *parts: bytes, **headers: str | bytes) -> bytes:
    """A multipart message (or part, when `bare` is given) around parts made with `part`."""
    boundary = f"=_{subtype}_{sum(map(len, parts))}"
    kind = headers.pop("kind", f'multipart/{subtype}; boundary="{boundary}"')
    kind = _bytes(kind).decode().replace("BOUNDARY", boundary)
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + item + b"\r\n" for item in parts)
    body += b"--" + boundary.encode() + b"--\r\n"
    if headers.pop("bare", ""):
        return b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    return raw(body, **{"Content_Type": kind, **headers})


def part(content: str | bytes, kind: str = "text/plain; charset=utf-8", **headers: str | bytes) -> bytes:
    """One MIME part; bytes are written in base64."""
    heads = [b"Content-Type: " + kind.encode()]
    if isinstance(content, bytes):
        heads.append(b"Content-Transfer-Encoding: base64")
        content = b64encode(content).decode()
    heads.extend(name.replace("_", "-").encode() + b": " + _bytes(value) for name, value in headers.items())
    return b"\r\n".join([*heads, b"", content.encode()])


def word(text: str, charset: str, encoding: str = "B") -> str:
    """An encoded word (RFC 2047)."""
    data = text.encode(_python(charset))
    if encoding == "B":
        return f"=?{charset}?B?{b64encode(data).decode()}?="
    return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in data)}?="


def _python(charset: str) -> str:
    return {"gb2312": "gb18030", "x-gbk": "gbk", "cp950": "cp950"}.get(charset.lower(), charset)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8")
