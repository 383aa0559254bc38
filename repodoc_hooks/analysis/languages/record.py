"""One record a language: all that the rest of the program knows of it without reading a file."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from repodoc_hooks.analysis.facts import FileFacts


class NewFile(Struct, frozen=True):
    """A file as importers may name it: `name` with suffix, `stem` up to the first dot, `folder` the name of its
    directory ("" at the top), `directory` its path, `package` what the file declares itself."""

    name: str
    stem: str
    folder: str
    directory: str
    package: str


def by_stem(new: NewFile) -> tuple[str, ...]:
    """Importers write the file's name without suffix."""
    return (new.stem,)


def by_stem_or_package(new: NewFile) -> tuple[str, ...]:
    """Importers write the type, or the package that it is in."""
    return (new.stem, new.package) if new.package else (new.stem,)


def by_stem_or_end_of_package(new: NewFile) -> tuple[str, ...]:
    """Importers write the type, or the end of the package that it is in: the rest may be that of what is around."""
    last = new.package.rpartition(".")[2]
    return (new.stem, last) if last else (new.stem,)


class Language(Struct, frozen=True):
    """A language as the rest of the program sees it.

    Args:
        suffixes: of its files, lower case, without dot.
        parse: from the bytes of a file to its facts; what it raises is reported as the file's failure.
        family: the languages whose files stand in one build and use each other ("jvm"), "" for none.
        resolver: "module:Class" below `repodoc_hooks.analysis.resolution`, "" where imports lead nowhere.
        maker: "module:Class" there that makes what files leave to macros of others, "" where there is none.
        chars_per_token: median over real files against the o200k tokenizer.
        visibility: what is public, in one sentence.
        unit: the manifest that bounds a package, the nearest one going up; "" where a directory is a package.
        whole_package: whether the files of a package see each other without importing each other, so that a file
            without imports tells nothing.
        generated: ends of the names of files that a program writes.
        manifests: pathspecs of the files, besides sources, that decide what is imported or what a package is called.
        separator: what stands between a name and what it is in, as users write it.
        might_import: strings one of which stands in the text of every file that a new file could satisfy an import of.
    """

    name: str
    suffixes: tuple[str, ...]
    parse: Callable[[bytes], FileFacts]
    family: str = ""
    resolver: str = ""
    maker: str = ""
    chars_per_token: float = 4.0
    visibility: str = ""
    unit: str = ""
    whole_package: bool = False
    generated: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    separator: str = "."
    might_import: Callable[[NewFile], tuple[str, ...]] = by_stem
