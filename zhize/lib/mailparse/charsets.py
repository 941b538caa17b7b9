"""Bytes to text, with the repairs that Chinese mail needs."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Labels that mean less than the bytes hold: GB2312 mail is written with GBK and GB18030 characters.
_CHINESE = _words(
    "gb2312 gb_2312 gb_2312-80 gb2312-80 csgb2312 euc-cn gbk x-gbk cp936 ms936 windows-936 gb chinese"
    " x-euc-cn gb18030-2000 gb-18030 x-gb18030 x-cp20936"
)
_ALIASES = {
    **dict.fromkeys(_CHINESE, "gb18030"),
    **dict.fromkeys(_words("big5 big-5 x-x-big5 cn-big5 csbig5 big5-eten x-big5"), "cp950"),
    **dict.fromkeys(_words("ks_c_5601-1987 ks_c_5601 euc-kr korean"), "cp949"),
    **dict.fromkeys(_words("shift_jis shift-jis x-sjis sjis"), "cp932"),
    **dict.fromkeys(_words("iso-8859-1 latin1 latin-1 iso8859-1"), "cp1252"),
    **dict.fromkeys(_words("utf8 utf-8-sig unicode-1-1-utf-8 x-utf-8"), "utf-8"),
}
_SAYS_NOTHING = {""} | _words(
    "us-ascii ascii ansi_x3.4-1968 unknown unknown-8bit x-unknown default 8bit 7bit binary none"
    " default_charset x-user-defined ansi user_charset"
)
_REFUSED = _words("utf-7 utf7 unicode-1-1-utf-7 utf_7 u7 csunicode11utf7 x-imap4-modified-utf7")
# Half of everything decodes as one of these, Chinese bytes included.
_WESTERN = _words("cp1252 iso8859-1 iso8859-15 latin-1")
# Byte-oriented text codecs only: no rot13, zip, idna, unicode_escape and the like.
_NOT_TEXT = re.compile(
    r"(?i)^(base|bz2|hex|quopri|rot|uu|zip|zlib|idna|punycode|raw_?unicode|unicode_?esc|undefined|mbcs|oem)"
)

_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此"
    "已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代"
    "内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安"
    "少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光"
    "放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔您请"
    "邮件附回复客户服务投诉建议维修电梯漏水物业费用房屋谢谢先生女士编号联系发送主题"
    "這個們來為國說時會對於後過發無與長機關點業將兩問見應戰頭體實產現開學經動還進樣當從軍處義條係題爾別變總幾電數報結"
    "務場計資統隊決治馬達強難權設記類據邊張該規萬術領確傳師觀讓識帶導爭運請郵復戶訴議維費謝編號聯繫"
)


class RefusedCharset(ValueError):
    """A charset that is not decoded on purpose (UTF-7 hides markup)."""


def decode(data: bytes, label: str | None = None, hint: str | None = None) -> tuple[str, bool]:
    """The text of `data` and whether its label had to be overruled. Raises RefusedCharset for UTF-7.

    `hint` is a charset seen elsewhere in the same message, tried when the label says nothing.
    """
    name = (label or "").strip().strip("\"'").lower().split("*")[0]
    if name in _REFUSED:
        raise RefusedCharset(name)
    codec = _codec(name)
    if not any(byte >= 0x80 for byte in data) and not _is_escaping(codec):
        return data.decode("ascii"), False
    for mark, with_mark in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark) and (codec is None or codec == with_mark.removesuffix("-sig")):
            return data.decode(with_mark, "replace"), codec is None
    return _best(data, codec, _codec((hint or "").lower()))


def decode_header(raw: str, hint: str | None = None) -> str:
    """A header value as the standard parser keeps it (ASCII with escaped bytes), decoded to clean text.

    Encoded words of the same charset that touch are joined before decoding, because many clients cut
    characters in two; broken ones stay as they are.
    """
    text = re.sub(r"\r?\n[ \t]*", " ", raw)
    found: list[str] = []
    end = 0
    run: list[bytes] = []
    run_charset = ""
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        data = _word_bytes(match[2], match[3])
        charset = match[1].lower().split("*")[0]
        adjacent = bool(run) and not between.strip() and charset == run_charset and data is not None
        if not adjacent:
            found.append(_run_text(run, run_charset))
            run = []
            if between.strip() or not found[-1]:
                found.append(_eight_bit(between, hint))
        if data is None:
            found.append(match.group())
        else:
            run.append(data)
            run_charset = charset
        end = match.end()
    found.append(_run_text(run, run_charset))
    found.append(_eight_bit(text[end:], hint))
    return clean_line("".join(found))


def clean(text: str) -> str:
    """Text that any database takes: no lone surrogates, no control characters but tab and newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", text).replace("\u00a0", " ")


def clean_line(text: str) -> str:
    """`clean` on one line, spaces collapsed."""
    return " ".join(clean(text).split())


_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_WORD = re.compile(r"=\?([A-Za-z0-9_.:*+-]{1,60})\?([bBqQ])\?([^?]*)\?=")


def _codec(name: str) -> str | None:
    if name in _SAYS_NOTHING:
        return None
    name = _ALIASES.get(name, name)
    if _NOT_TEXT.match(name):
        return None
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


def _is_escaping(codec: str | None) -> bool:
    """Charsets that write everything in seven bits, or in wider units."""
    return codec is not None and codec.startswith(("iso2022", "hz", "utf-16", "utf-32"))


def _best(data: bytes, codec: str | None, hint: str | None) -> tuple[str, bool]:
    declared = _strict(data, codec)
    if codec in _WESTERN and not _few_high(data):
        declared = None
    if declared is not None and (codec == "utf-8" or _plausible(declared) > 0.35):
        return declared, False
    guesses: list[tuple[float, str]] = []
    for other in dict.fromkeys([hint, "utf-8", "gb18030", "cp950"]):
        text = _strict(data, other) if other != codec else None
        if text is not None:
            certain = other == "utf-8" and any(character >= "\u2e80" for character in text)
            guesses.append((_plausible(text) + (0.5 if certain else 0), text))
    if _few_high(data):
        guesses.append((0.45, data.decode("cp1252", "replace")))
    best = max(guesses, key=lambda guess: guess[0], default=None)
    if declared is not None and (best is None or best[0] < _plausible(declared) + 0.3):
        return declared, False
    if codec is not None and declared is None and (best is None or best[0] < 0.5):
        return data.decode(codec, "replace"), True
    if best is not None and best[0] >= 0.2:
        return best[1], True
    return data.decode(codec or "gb18030", "replace"), True


def _strict(data: bytes, codec: str | None) -> str | None:
    if codec is None:
        return None
    for name in (codec, "big5hkscs") if codec == "cp950" else (codec,):
        try:
            return data.decode(name)
        except ValueError:
            continue
    return None


def _plausible(text: str) -> float:
    """How much of what is not ASCII looks like writing: 1 for everyday Chinese, 0 for rubbish."""
    points = count = 0.0
    for character in text[:4000]:
        if character < "\x80":
            continue
        count += 1
        if character in _COMMON or "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef":
            points += 1
        elif "\u4e00" <= character <= "\u9fff":
            points += _frequency(character)
        elif unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs"):
            points -= 1
        elif "\u00c0" <= character <= "\u024f" or "\u2010" <= character <= "\u2026":
            points += 0.4
        elif "\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7a3":
            points += 0.6
        elif "\U0001f300" <= character <= "\U0001faff":
            points += 0.8
        else:
            points += 0.2
    return points / count if count else 1.0


def _frequency(character: str) -> float:
    """The standards put everyday characters first: level 1 of GB 2312, level 1 of Big5."""
    if b"\xb0" <= character.encode("gb2312", "ignore")[:1] <= b"\xd7":
        return 0.7
    return 0.5 if b"\xa4" <= character.encode("big5", "ignore")[:1] <= b"\xc6" else 0.2


def _few_high(data: bytes) -> bool:
    """Western text has few bytes above ASCII, and most of them stand alone."""
    high = sum(1 for byte in data if byte >= 0x80)
    paired = sum(len(run) for run in re.findall(rb"[\x80-\xff]{2,}", data))
    return high * 4 < len(data) and paired * 5 < high * 3


def _word_bytes(encoding: str, text: str) -> bytes | None:
    if encoding in "qQ":
        return binascii.a2b_qp(text.encode("ascii", "surrogateescape"), header=True)
    stripped = re.sub(r"[^A-Za-z0-9+/]", "", text)
    if len(stripped) % 4 == 1:
        stripped = stripped[:-1]
    try:
        return binascii.a2b_base64(stripped + "=" * (-len(stripped) % 4))
    except binascii.Error:
        return None


def _run_text(run: list[bytes], charset: str) -> str:
    if not run:
        return ""
    try:
        return decode(b"".join(run), charset)[0]
    except RefusedCharset:
        return "".join(data.decode("ascii", "replace") for data in run)


def _eight_bit(text: str, hint: str | None) -> str:
    if text.isascii():
        return text
    return decode(text.encode("utf-8", "surrogateescape"), None, hint)[0]
