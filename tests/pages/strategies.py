"""Hypothesis strategies for paths, symbols and stamps, hostile ones included."""

from __future__ import annotations

from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.pages.model import Debt, DependencyStamp, FileStamp, Stamps
from repodoc_hooks.sections.kinds import PROSE_SECTIONS

HOSTILE = (
    "end",
    "class",
    "style x fill:#f00;",
    "a --> b",
    'q"uote',
    "`tick`",
    "Box<T>",
    "a;b",
    "%%{init: {}}%%",
    "%% comment",
    "<!-- repodoc:end api -->",
    "repodoc:end-stamps -->",
    "-->",
    "<script>alert(1)</script>",
    "]]]}}})))",
    "{x}",
    "[a](http://example.com)",
    "![a](http://example.com/a.png)",
    "```",
    "~~~",
    "---",
    "#quot;",
    "#9829;",
    "&lt;b&gt;",
    "\\",
    "_ * _",
    "日本語",
    "\u202eright to left",
    "\udcff\udcfe",
    "new\nline",
    "\r\n",
    "\t",
    "\x00\x1b[31m",
    "$x$ :smile: @you #1",
    "1. one",
    "- item",
    "=====",
    "<<<<<<< ours",
    ">>>>>>> theirs",
    "|||||||",
    "operator<<",
    "a@{shape: rect}",
    "x:::y",
    "subgraph x",
    "\N{SNOWMAN}",
    "\U0001f600",
    "import x from 'y'",
    "export default 1",
)

hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map(" ".join),
)
segments = st.one_of(st.from_regex(r"[a-z_]{1,8}(\.py|\.go|\.js)?", fullmatch=True), hostile).map(
    lambda text: text.replace("/", "_").replace("\x00", "") or "x"
)
paths = st.lists(segments.filter(lambda s: s not in (".", "..")), min_size=1, max_size=4).map("/".join)
hashes = st.text("0123456789abcdef", min_size=12, max_size=12)


@st.composite
def stamps(draw: st.DrawFn) -> Stamps:
    """Stamps of a page with entries of every kind."""
    sections = st.sampled_from(PROSE_SECTIONS)
    files = draw(st.dictionaries(paths, st.tuples(hashes, hashes, hashes, hashes), max_size=6))
    dependencies = draw(st.dictionaries(paths, hashes, max_size=4))
    return Stamps(
        component=draw(paths),
        templates=draw(st.sampled_from(("", "1", "2.1"))),
        files={path: FileStamp(path, *values) for path, values in files.items()},
        dependencies={path: DependencyStamp(path, value) for path, value in dependencies.items()},
        debts=frozenset(Debt(s, p) for s, p in draw(st.lists(st.tuples(sections, paths), max_size=4))),
        outputs=draw(
            st.dictionaries(sections, st.lists(hashes, min_size=1, max_size=4, unique=True).map(tuple))
        ),
        authors=draw(st.dictionaries(sections, st.sampled_from(("offline", "opencode", "claude")))),
        manifests=draw(st.dictionaries(paths, hashes, max_size=3)),
        unread=draw(st.dictionaries(paths, st.sampled_from(("all", "3-9", "3-9,12-12")), max_size=2)),
    )


symbols = st.builds(
    Symbol,
    name=hostile.filter(bool),
    kind=st.sampled_from(("class", "function", "method", "constant", "struct", "type", "macro")),
    signature=hostile,
    summary=hostile,
    public=st.booleans(),
    digest=st.just(""),
)
facts = st.builds(
    FileFacts,
    language=st.sampled_from(("python", "go", "typescript")),
    ast=hashes,
    doc=hashes,
    interface=hashes,
    symbols=st.lists(symbols, max_size=5).map(tuple),
    summary=hostile,
)
