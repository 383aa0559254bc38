"""What readers are told of prose that has not seen the present code."""

from __future__ import annotations

from repodoc_hooks.pages.debts import owed
from repodoc_hooks.pages.model import Debt, Stamps


def stamps(*paths: str, section: str = "summary", author: str = "opencode") -> Stamps:
    return Stamps(debts=frozenset(Debt(section, path) for path in paths), authors={section: author})


def test_a_section_has_one_line() -> None:
    assert owed(stamps("a/x.py")) == "> The summary has not seen the present `x.py`."
    assert owed(stamps("a/x.py", "a/y.py")) == "> The summary has not seen the present `x.py` and `y.py`."
    assert owed(stamps("a/x.py", "b/x.py")) == "> The summary has not seen the present `a/x.py` and `b/x.py`."
    many = owed(stamps(*(f"a/{name}.py" for name in "abcdef")))
    assert many == "> The summary has not seen the present `a.py`, `b.py`, `c.py` and 3 more."


def test_nothing_is_said_where_nothing_is_owed() -> None:
    assert owed(Stamps()) == ""
    assert owed(stamps("a/x.py", author="offline")) == ""
