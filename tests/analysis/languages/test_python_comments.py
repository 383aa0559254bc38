"""Python: comments of Sphinx that document variables."""

from __future__ import annotations

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse

TEXT = """#: How many crates
#: there are.
CRATES = 3
SIZE = 1  #: How large one is.
MARK = "#: no"  # a remark
TEXT = '''
#: no
'''
WORDS = {
    "a": 1,  #: no
}  #: All words.
\"\"\"Below it.\"\"\"
class Depot:
    #: Where it is.
    place: str

    #: Of nobody.

    kept = 1
    try:
        fast = 2  #: As fast as can be.
    except ImportError:
        pass
"""


def read(text: str) -> FileFacts:
    return parse("python", text.encode())


def test_comments_with_a_colon_document_variables() -> None:
    assert {s.name: s.summary for s in read(TEXT).symbols} == {
        "CRATES": "How many crates there are.",
        "SIZE": "How large one is.",
        "MARK": "",
        "TEXT": "",
        "WORDS": "Below it.",
        "Depot": "",
        "Depot.place": "Where it is.",
        "Depot.kept": "",
        "Depot.fast": "As fast as can be.",
    }


def test_other_words_in_them_are_other_documentation_and_the_same_code() -> None:
    before, after = read(TEXT), read(TEXT.replace("How large", "How wide"))
    assert before.doc != after.doc
    assert (before.ast, before.interface) == (after.ast, after.interface)
