"""Values of what is called like a secret, in the ways in which programs of all languages write them.

A value is what a name of that kind is set to (`api_key = "x"`, `Password: "x"`), is given in a call
(`setPassword("x")`, `getenv("API_KEY", "x")`) or compared with, or what stands beside it in a text (`...;Password=x`,
`?token=x`, `Bearer x`). What only repeats a name, or stands for a value (`${TOKEN}`), is none. Every repetition is
bounded: the text is anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from repodoc_hooks.expressions import expression

MASK = "..."

_ANY_WORD = expression(
    r"pass|pwd|pw|secret|key|token|credential|dsn|conn|salt|pepper|auth|bearer|basic|-u |--user|"
    r"jwt|hmac|cookieparser|pdo",
    re.IGNORECASE,
)
# The last word of a name that holds a secret, in any spelling (DB_PASSWORD, secretKey, "api-key"), what may follow it.
_LAST_WORD = (
    r"pass(?:word|wd|phrase|code|w)s?|passwd|pwd|\bpw|(?<=[\"'{\s,])pass(?=[\"']?\s?(?::|=>))|secrets?|secret[_-]?(?:access[_-]?)?key|tokens?|credentials?|dsn|"
    r"(?:api|access|auth|private|encryption|signing|master|session|account|storage|licen[sc]e|client|app|shared|deploy|"
    r"ssh|jwt|hmac|aes|consumer|webhook)[_-]?key|connection[_-]?string|conn[_-]?str|salt|pepper|"
    r"(?:db|sql|user|admin|root|smtp|mail|ftp|ssh|redis|mongo|pg|postgres|proxy|login|ldap|wifi)[_-]?pass"
)
_SUFFIX = (
    r"(?:[_-]?(?:\d{1,3}|v\d{1,2}|prod(?:uction)?|dev|staging|live|test|default|fallback|pem|base(?:64)?|b64|hex|"
    r"str(?:ing)?|value|primary|secondary|old|new|raw|bytes))?"
)
_WORD = rf"(?P<word>(?i:{_LAST_WORD})(?i:{_SUFFIX}))"
_EDGE = r"(?:(?<![A-Za-z])|(?<=[a-z0-9])(?=[A-Z]))"
_NAME = rf"(?P<before>[\w.]{{0,60}}?){_EDGE}{_WORD}(?![\w-])"
_NAMES = expression(rf"{_EDGE}{_WORD}(?![\w-])")
_BEFORE = expression(r"[\w.-]{0,60}$")
_LITERAL = expression(
    r"(?P<prefix>[bBfFrRuULN]{0,2}(?:@|\$@?)?\#{0,3})(?P<quote>\"\"\"|'''|[\"'`])"
    r"(?P<value>(?:(?<=\"\"\")(?:(?!\"\"\")[\s\S]){1,20000}|(?<=''')(?:(?!''')[\s\S]){1,20000}|"
    r"(?<!\"\"\")(?<!''')(?:\\.|(?!(?P=quote))[^\\\n]){1,2000}))(?P=quote)"
)
_REACH = 240
# What may stand between a name and its value. A type, blanks, a property; lifetimes of Rust have an apostrophe.
_FILLER = (
    r"[\"'`\]]{0,2}(?!\s{0,9}[(.])(?:&'[a-z_]{1,20} |[^\"'`;,(){}=\n]|\{ ?get;[^{}\n]{0,30}\}|\(\)){0,60}?"
)
_SETS = r"(?<![=!<>:])(?::=|=>|=(?![=~>])|:(?![:=])|\sby\s|\sto\s)\s{0,60}"
_DIRECT = expression(
    rf"{_FILLER}{_SETS}[(\[{{]?\s{{0,60}}|[ \t]{{1,20}}|[\"'\])]{{0,2}}\s?(?:\|\||\?\?|\?:|\bor\b)\s{{0,9}}"
)
_WRAPPED = expression(
    rf"{_FILLER}{_SETS}(?:(?:new |await )?(?P<call>[\w.:<>&*?!\[\]]{{0,60}})\s?[(\[{{]\s{{0,60}}"
    r"(?:\|\w{0,9}\| ?)?(?:[\"'][\w.-]{1,60}[\"'] ?[:,]\s{0,9})?){1,3}"
)
_BUILT = expression(r"\s?[({]\s{0,60}")
_PAIR = expression(
    r"[\"'`]\s{0,9}(?:,(?:\s{0,9}(?:default|value)\s?=)?|\)\s?\{|[)\]]\s?(?:\|\||\?\?|\?:|or)|[)\]]\s?=)\s{0,60}"
)
_OPENED = expression(r"\w\s?[(\[]\s{0,60}(?:[^\"'`()\n]{0,60},\s{0,60})?[\"'`][\w.-]{0,60}$")
_COMPARED = expression(r"\s?(?:===?|!==?|\.equals\(|,)\s{0,9}")
_COMPARED_WITH = expression(rf"\s?(?:===?|!==?|\.equals\()\s?{_NAME}")
_LOGIN = expression(
    r"(?i:auth|credentials?)\s?[=:]?\s?\(\s{0,60}(?:\w{1,20}\s?=\s?)?[\"'][^\"'\n]{0,100}[\"']\s?,\s{0,60}(?:\w{1,20}\s?=\s?)?$"
)
# Calls that are known for the place of the secret among what they are given.
_GIVEN = expression(
    r"(?:(?i:createHmac|jwt\.(?:sign|verify|encode|decode)|mysqli?_connect|getConnection|\bPDO)\s?\([^()\n]{1,160},"
    r"|(?:hmac\.new|cookieParser)\s?\()\s{0,9}(?:\w{1,20}=)?$"
)
_CONTINUED = expression(r"\s{0,60}[+.&\\]?\s{0,60}")
_COMMAND = expression(r"(?i:strcmp|equals?|assert\w*!?|compare\w*)\s?\([^()\n]{0,80}$")
_DENIED = expression(
    r"(?:get|fetch|load|read|find|check|verify|validate|hash|is|has|make|generate|create|parse|reset|forgot|lookup|expect|"
    r"next|peek|match|test|ask|prompt|decode|encode)_?$",
    re.IGNORECASE,
)
_CHANGES = expression(
    r"(?:\.(?:encode|decode|replace|split|join|format|strip)|getattr|input|getpass|\[\w*\])$"
)
_DEFINED = expression(r"#\s?define\s{1,9}\w{0,60}$|\bENV\s{1,9}\w{0,60}$")
_NEAREST = 2
_WEAK = expression(r"(?:tokens?|secrets?|salt|pepper|credentials?)$", re.IGNORECASE)
_IS_NAME = expression(rf"[\w.\- ]{{0,80}}?(?:{_LAST_WORD})", re.IGNORECASE)
_STANDS_FOR = expression(r"[$%<{]\W*[\w. -]*\W*")

_REST = r"(?P<value>[^\s\"'`&;,<>(){}$%|\\]{1,300})"
_IN_TEXTS = (
    expression(
        rf"(?P<head>(?:[?&;]\s?|--|\b(?:export|ENV|set|setx)[ \t]{{1,9}}|[\"'`]){_NAME}(?:=|(?<=[A-Z])[ \t](?=\S)))"
        rf"{_REST}(?![(\w])"
    ),
    expression(
        r"(?P<head>(?:^|(?<=[\s\"'`]))(?P<before>[A-Z][A-Z0-9_]{0,60}_|)"
        rf"(?P<word>(?:PASS(?:WORD|WD|PHRASE)?|PWD|SECRET|TOKEN|(?<=_)KEY|DSN))=){_REST}(?=$|[\s\"'`])",
        re.MULTILINE,
    ),
    expression(rf"(?P<head>[\"'`]\w[^\"'`\n]{{0,200}}[ \t]{_NAME}=){_REST}(?=[^\"'`\n(]{{0,200}}[\"'`])"),
    expression(
        r"(?P<head>(?i:authorization)[\"']?\s?[:,=]\s?[\"'`]?(?P<before>)(?P<word>(?i:token|apikey|key))\s)"
        r"(?P<value>[\w.~+/=-]{6,2000})"
    ),
    expression(rf"(?P<head>\$\{{{_NAME}:)(?P<value>[^\s{{}}\"'$]{{1,300}})(?=\}})"),
    expression(
        r"(?P<head>\b(?P<before>)(?P<word>Bearer|Basic|Token)[ \t]{1,9})"
        r"(?P<value>(?=[\w.~+/-]{0,200}(?:\d|[a-z][A-Z]|=))[\w.~+/-]{6,2000}={0,2})(?![\w=])"
    ),
    expression(
        r"(?P<head>\b(?P<before>)(?P<word>X-[\w-]{0,40}(?:Key|Token|Secret|Password))\s?:\s?)"
        r"(?P<value>[^\s\"'`<>{}$]{4,300})",
        re.IGNORECASE,
    ),
    expression(
        r"(?P<head>\bcurl\b[^\n]{0,200}?[ \t](?P<before>)(?P<word>-u|--user)[ \t=][\w.@-]{1,60}:)"
        r"(?P<value>[^\s\"'`<>{}$]{3,200})"
    ),
)
_IN_DATA = expression(
    rf"^(?P<head>[ \t]*(?:export[ \t]+|-[ \t]+)?(?:[\w.-]{{0,80}}?[_.-])?(?:{_LAST_WORD})[ \t]*[:=][ \t]*)"
    r"(?P<value>[^\s\"'#|>&*{\[][^\n#]{0,500})",
    re.IGNORECASE | re.MULTILINE,
)


def without_values(text: str, *, data: bool = False) -> str:
    """The text with `...` for the values; in `data` they need no quotes."""
    if not _ANY_WORD.search(text):
        return text
    if data:
        text = _IN_DATA.sub(_without_rest, text)
    for rule in _IN_TEXTS:
        text = rule.sub(_without_word, text)
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, literals that are values as the mask."""
    at, masked_to = 0, -1
    for found in _LITERAL.finditer(text):
        start, end = found.span("value")
        continued = masked_to >= 0 and _CONTINUED.fullmatch(text, masked_to, found.start()) is not None
        if continued or _is_value(text, found):
            yield text[at:start] + MASK
            at, masked_to = end, found.end()
        elif any(quote in found["value"] for quote in "\"'`") and _ANY_WORD.search(found["value"]):
            yield text[at:start] + "".join(_pieces(found["value"]))
            at = end
    yield text[at:]


def _is_value(text: str, literal: re.Match[str]) -> bool:
    """Is a literal the value of a secret, as what stands before and behind it tells?"""
    value = literal["value"].strip()
    if not value or value == MASK:
        return False
    before = text[max(0, literal.start() - _REACH) : literal.start()]
    if _ANY_WORD.search(before):
        for name in list(_NAMES.finditer(before))[: -_NEAREST - 1 : -1]:
            called = _BEFORE.search(before, 0, name.start())
            known = called[0] if called else ""
            if (found := _belongs(before, name, known, value)) is not None:
                return found
    if (_LOGIN.search(before) or _GIVEN.search(before)) and not any(map(str.isspace, value)):
        return _STANDS_FOR.fullmatch(value) is None
    behind = _COMPARED_WITH.match(text, literal.end(), literal.end() + _REACH)
    return behind is not None and _is_given(behind["before"], behind["word"], value)


def _belongs(text: str, name: re.Match[str], before: str, value: str) -> bool | None:
    """Is what follows the text a value of this name in it; None: it has nothing to do with it."""
    word, end = name["word"], name.end()
    if _DIRECT.fullmatch(text, end):
        if text.rstrip()[-1:] in "([{" and _WEAK.fullmatch(word):
            return _is_given("", word, value)
        blank = not text[end:].strip()
        return (
            None
            if blank and not _DEFINED.search(text, 0, name.start())
            else not _repeats(before + word, value)
        )
    if _PAIR.fullmatch(text, end) and _OPENED.search(text, 0, name.start()):
        return _is_given(before, word, value)
    if _BUILT.fullmatch(text, end):
        return not _DENIED.search(before) and _is_given(before, word, value)
    if wrapped := _WRAPPED.fullmatch(text, end):
        return not _CHANGES.search(wrapped["call"]) and _is_given("", word, value)
    if _COMPARED.fullmatch(text, end) and (text.rstrip()[-1:] != "," or _COMMAND.search(text)):
        return _is_given(before, word, value)
    return None


def _is_given(before: str, word: str, value: str) -> bool:
    """Is it a value, and no name of one, no word for people and no word of a language that has tokens?"""
    if _repeats(before + word, value) or any(c.isspace() for c in value) or value.startswith("-"):
        return False
    if _IS_NAME.fullmatch(value) and not any(c.isdigit() for c in value):
        return False
    weak = _WEAK.fullmatch(word) and not before.strip("._-")
    strong = len(value) >= 8 and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return strong if weak else len(value) >= 3


def _repeats(name: str, value: str) -> bool:
    """Does the text only repeat its name (`TOKEN = "token"`), or stand for a value (`${SECRET}`, `<token>`, `...`)?"""
    plain, called = (re.sub(r"[\W_]", "", text).lower() for text in (value, name))
    return plain in called or _STANDS_FOR.fullmatch(value) is not None


def _without_word(found: re.Match[str]) -> str:
    name = (found["before"] or "") + found["word"]
    return found[0] if _repeats(name, found["value"]) else found["head"] + MASK


def _without_rest(found: re.Match[str]) -> str:
    value = found["value"]
    return found["head"] + MASK + value[len(value.rstrip()) :]
