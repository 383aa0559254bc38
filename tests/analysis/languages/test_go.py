# ruff: noqa: E501
"""Go: constraints, groups, package comments, scripts."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse


@pytest.mark.parametrize(
    "constraint", ["[]byte | string", "[4]byte | [16]byte", "~[]byte | ~string", "map[string]int", "*T", "~int", "func()", "chan int"]
)  # fmt: skip
def test_constraints_lose_nothing(constraint: str) -> None:
    source = f"package n\n\ntype Bytes interface {{\n\t{constraint}\n}}\n\nfunc Len[T Bytes](t T) int {{ return len(t) }}\n"
    found = parse("go", source.encode())
    assert not found.failure
    assert not found.unread
    assert {"Bytes", "Len"} <= {s.name for s in found.symbols if s.public}


def test_embedded_types_are_members() -> None:
    source = b'package n\n\ntype A struct {\n\tio.Reader\n\t*Base\n\tList[int] `json:"x"`\n\thidden\n}\ntype B interface {\n\tfmt.Stringer\n\tClose() error\n}\n'
    found = parse("go", source)
    assert [s.name for s in found.symbols] == [
        "A",
        "A.Reader",
        "A.Base",
        "A.List",
        "B",
        "B.Stringer",
        "B.Close",
    ]


def test_the_comment_of_a_group_is_that_of_all_in_it() -> None:
    source = (
        "package n\n\n// Sides of a box.\nconst (\n\tLeft = iota\n\tright\n\t// Top is above.\n\tTop\n)\n"
        "// ErrBad is for what is bad.\nvar (\n\tErrBad = 1\n\tkept = 2\n)\n// Two of them.\nvar C, D int\n"
    )
    facts = parse("go", source.encode())
    assert [(s.name, s.summary, s.group) for s in facts.symbols] == [
        ("Left", "", "Sides of a box."),
        ("right", "", ""),
        ("Top", "Top is above.", "Sides of a box."),
        ("ErrBad", "ErrBad is for what is bad.", ""),
        ("kept", "", ""),
        ("C", "Two of them.", ""),
        ("D", "Two of them.", ""),
    ]
    assert facts.doc != parse("go", source.replace("of a box", "of boxes").encode()).doc


def test_the_package_comment_follows_run_line_build_tags_and_licence() -> None:
    source = b"//usr/bin/env go run $0; exit\n\n// Copyright 2020 Somebody.\n\n//go:build linux\n\n// Package n counts.\npackage n\n"
    assert parse("go", source).summary == "Package n counts."


def test_remarks_behind_fields_and_constants_document_them() -> None:
    text = (
        "package a\n\ntype T struct { // open\n\tA int // The a.\n\t// The b.\n\tB int // other\n\tC int //nolint:x\n}\n"
        "\nconst (\n\tX = iota // First.\n\tY\n)\n\nfunc F() {} // no\n"
    )
    told = {s.name: s.summary for s in parse("go", text.encode()).symbols}
    assert told == {"T": "", "T.A": "The a.", "T.B": "The b.", "T.C": "", "X": "First.", "Y": "", "F": ""}
