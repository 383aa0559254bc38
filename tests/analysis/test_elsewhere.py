"""What macros of other files make, and what files put in hold, stands with the file that calls them."""

from __future__ import annotations

from repodoc_hooks.analysis.elsewhere import Elsewhere
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import language_of, parse


def completed(path: str, **texts: str) -> tuple[FileFacts, list[str]]:
    """The facts of a file of a tree (`a__b_h` is `a/b.h`), and the files that have a part in them."""
    files = {name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1]: text for name, text in texts.items()}
    elsewhere = Elsewhere(files, lambda name: files.get(name, "").encode())
    data = files[path].encode()
    facts = elsewhere.complete(path, data, parse(language_of(path) or "", data))
    return facts, sorted(elsewhere.sources(path, facts))


def names(facts: FileFacts) -> list[str]:
    return [s.name for s in facts.symbols if s.public and s.kind != "macro"]


LIST = (
    "#pragma once\n#define MAP(V) V(A) V(B)\n#define FIELDS int n;\n"
    "#define DECLARE_LIST(T) struct list_##T { T* items; };\n"
)


def test_values_members_and_declarations_of_included_macros() -> None:
    main = (
        '#pragma once\n#include "inc/list.h"\n#define XX(n) E_##n,\nenum e { E_MIN, MAP(XX) E_MAX };\n'
        "struct s { FIELDS };\n/** Of ints. */\nDECLARE_LIST(int)\n/** Runs. */\nint fn(void);\n"
    )
    found, sources = completed("main.h", main_h=main, inc__list_h=LIST)
    assert names(found) == [
        *("e", "e.E_MIN", "e.E_A", "e.E_B", "e.E_MAX", "s", "s.n", "list_int", "list_int.items", "fn"),
    ]
    said = {s.name: s.summary for s in found.symbols}
    assert (said["list_int"], said["fn"]) == ("Of ints.", "Runs.")
    assert sources == ["inc/list.h"]
    assert not found.unread


def test_a_file_put_in() -> None:
    main = '#pragma once\n#define CODE(n, t) C_##n,\nenum codes {\n#include "codes.def"\n  C_LAST\n};\n'
    found, sources = completed("main.h", main_h=main, codes_def='CODE(X, "x")\nCODE(Y, "y")\n')
    assert names(found) == ["codes", "codes.C_X", "codes.C_Y", "codes.C_LAST"]
    assert sources == ["codes.def"]


def test_the_way_to_a_macro_has_a_part() -> None:
    found, sources = completed(
        "main.h",
        main_h='#pragma once\n#include "a.h"\n#define XX(n) n,\nenum e { MAP(XX) };\n',
        a_h='#pragma once\n#include "b.h"\n',
        b_h=LIST,
        c_h="#define MAP(V) V(C)\n",
    )
    assert names(found) == ["e", "e.A", "e.B"]
    assert sources == ["a.h", "b.h"]


def test_what_nobody_knows_is_unread() -> None:
    main = "#pragma once\nenum e {\n  E_MIN,\n  MAP(XX)\n  E_MAX\n};\nDECLARE_ALL(x);\nFOO_BEGIN(1)\nint f(void);\n"
    found, sources = completed("main.h", main_h=main)
    assert names(found) == ["e", "e.E_MIN", "e.E_MAX", "f"]
    assert found.unread == ((4, 4), (7, 7))
    assert sources == []


def test_the_interface_follows_the_macro() -> None:
    main = '#pragma once\n#include "list.h"\n#define XX(n) E_##n,\nenum e { MAP(XX) E_MAX };\n'
    before, _ = completed("main.h", main_h=main, list_h=LIST)
    after, _ = completed("main.h", main_h=main, list_h=LIST.replace("V(B)", "V(B) V(C)"))
    assert before.interface != after.interface
