"""C and C++: the pieces of which patterns of their text are made."""

from __future__ import annotations

from repodoc_hooks.expressions import expression

WORD = rb"[A-Za-z_]\w*"
CAPITALS = rb"(?=_*[A-Z])[A-Z_][A-Z0-9_]++(?!\w)"
PAREN = rb"\((?>[^()]++|\((?>[^()]++|\((?>[^()]++|\([^()]*+\))*+\))*+\))*+\)"
MARKED = (
    rb"(?:\w*(?:EXPORT|IMPORT|EXTERN|API|INLINE|CONSTEXPR|CONSTEVAL|NODISCARD|NORETURN|DEPRECATED|VISIB|PUBLIC|DLL|DECL|UNUSED"
    rb"|CALL|FUNC|ATTR|PURE|COLD|ALWAYS|LIFETIMEBOUND)\w*|\w+_(?i:export|api|inline|constexpr|decl|dll)_?)\b"
)
MARK = expression(MARKED)
NO_TYPE = frozenset(
    rb"static extern const volatile inline typedef struct enum union class return else case goto new delete throw"
    rb" register constexpr virtual explicit friend mutable using namespace typename template public private protected"
    rb" operator sizeof and or not co_return co_await co_yield".split()
)
TYPES = frozenset(rb"void bool char int unsigned signed long short float double auto size_t wchar_t".split())
KEYWORDS = (
    NO_TYPE | TYPES | frozenset(rb"if while for do switch break continue default try catch this".split())
)


Span = tuple[int, int]


def last_position(text: bytes, position: int) -> int:
    """Where the last visible byte before a position is; -1 for none."""
    size = 64
    while True:
        start = max(0, position - size)
        piece = text[start:position].rstrip()
        if piece or not start:
            return start + len(piece) - 1
        size *= 8


def last_byte(text: bytes, position: int) -> bytes:
    """The last visible byte before a position; b"" for none."""
    where = last_position(text, position)
    return text[where : where + 1] if where >= 0 else b""
