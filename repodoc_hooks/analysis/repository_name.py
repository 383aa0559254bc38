"""What a repository is called: as a manifest at its top says, else as the packages in it agree.

Manifests of whole projects name them for their build, too (`gson-parent`, `@trpc/root`): what says no more than that is
left out. Nothing here depends on where a clone stands or came from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from repodoc_hooks.analysis.manifests import MAX_BYTES, sbt_build_name, swift_name, table
from repodoc_hooks.analysis.projects import project
from repodoc_hooks.analysis.readme import NAMES as READMES
from repodoc_hooks.expressions import expression

_EXACT = (
    *(
        "pyproject.toml",
        "go.mod",
        "setup.cfg",
        "setup.py",
        "package.json",
        "Cargo.toml",
        "composer.json",
        "pom.xml",
    ),
    *("settings.gradle.kts", "settings.gradle", "build.sbt", "Package.swift"),
)
_BY_SUFFIX = (".gemspec", ".slnx", ".sln", ".csproj")
_OF_C = ("CMakeLists.txt", "meson.build", "configure.ac")
_ROLE = "root|parent|aggregator|monorepo|workspaces?|repo|repository|main|distribution"
_ONLY_A_ROLE = expression(rf"(?:{_ROLE}|project|build|packages?)", re.IGNORECASE)
_WITH_ROLE = expression(rf"(.*\w)[-_.](?:{_ROLE})", re.IGNORECASE | re.DOTALL)
_SCOPED = expression(r"@?([\w.-]+)/([^/\s]+)")
_CUT = expression(r"[-_./:]")
_LONGEST = 100

_CMAKE_COMMENT = expression(r"#[^\n]*")
_CMAKE_PROJECT = expression(r"^[ \t]*project[ \t\n]*\([ \t\n]*\"?([^\s\")]+)", re.IGNORECASE | re.MULTILINE)
_CMAKE_SET = expression(
    r"^[ \t]*set[ \t]*\([ \t]*(\w+)[ \t]+\"?([^\s\")$]+)\"?[ \t]*\)", re.IGNORECASE | re.MULTILINE
)
_MESON_PROJECT = expression(r"^[ \t]*project[ \t]*\([\s]*'([^'\n]+)'", re.MULTILINE)
_AUTOCONF = expression(r"^[ \t]*AC_INIT[ \t]*\(\s*(?:\[\s*)?([^\s\[\],)]+(?: [^\s\[\],)]+)*)", re.MULTILINE)

Read = Callable[[str], bytes]


def may_name(path: str) -> bool:
    """Whether a file may be what a repository has its name from."""
    return "/" not in path and (path in _EXACT or path in _OF_C or path.endswith(_BY_SUFFIX))


def repository_name(top: Collection[str], read: Read, packages: Iterable[str]) -> str:
    """The name that a repository bears, "" when nothing tells.

    Args:
        top: names of the files in the top directory.
        read: gives the bytes of a file.
        packages: names of the packages that it builds.
    """
    declared = (meant for name in _declared(top, read) if (meant := _meant(name)))
    return next(declared, "") or _shared(packages)


def _declared(top: Collection[str], read: Read) -> Iterator[str]:
    """The names that manifests say, the likeliest first; tools that are only used in a repository come last."""
    private = False
    for manifest in _EXACT:
        if manifest not in top:
            continue
        data = read(manifest)
        if manifest == "package.json" and table(manifest, data).get("private") is True:
            private = True
        elif manifest == "build.sbt":
            yield sbt_build_name(data)
        elif manifest == "Package.swift":
            yield swift_name(data)
        else:
            yield project(manifest, data).name
    for suffix in _BY_SUFFIX:
        named = {_of_project_file(name, suffix, read) for name in top if name.endswith(suffix)} - {""}
        yield next((name for name in named if all(other.startswith(name) for other in named)), "")
    for manifest in _OF_C:
        if manifest in top:
            yield _written_out(_of_c(manifest, read(manifest)), top, read)
    if private:
        yield project("package.json", read("package.json")).name


def _of_project_file(name: str, suffix: str, read: Read) -> str:
    stem = name.removesuffix(suffix)
    return stem if suffix.startswith(".sln") else project(name, read(name)).name or stem


def _of_c(manifest: str, data: bytes) -> str:
    """The project of a build of C or C++; `${NAME}` is looked up among what the file itself sets."""
    if len(data) > MAX_BYTES:
        return ""
    text = data.decode("utf-8", "replace")
    if manifest != "CMakeLists.txt":
        found = (_MESON_PROJECT if manifest == "meson.build" else _AUTOCONF).search(text)
        return found[1] if found else ""
    text = _CMAKE_COMMENT.sub("", text)
    found = _CMAKE_PROJECT.search(text)
    name = found[1] if found else ""
    if name.startswith("${") and name.endswith("}"):
        name = dict(_CMAKE_SET.findall(text)).get(name[2:-1], "")
    return name if "$" not in name else ""


def _written_out(name: str, top: Collection[str], read: Read) -> str:
    """Variables of CMake are shouted (`FMT`), and so are projects that are called like them; as the README has it."""
    if not name.isupper():
        return name
    for readme in (each for each in READMES if each in top):
        text = read(readme)[:MAX_BYTES].decode("utf-8", "replace")
        if found := re.search(rf"(?<![\w/.-]){re.escape(name)}(?![\w/-])", text, re.IGNORECASE):
            return found[0]
    return name


def _meant(name: str) -> str:
    """The name without what it says of its part in a build, "" where it says nothing else."""
    name = name.strip()
    if not name or len(name) > _LONGEST or not re.search(r"\w", name) or re.search(r"[\x00-\x1f\x7f]", name):
        return ""
    scoped = _SCOPED.fullmatch(name)
    if scoped and (scoped[1] == scoped[2] or _ONLY_A_ROLE.fullmatch(scoped[2])):
        return scoped[1]
    if _ONLY_A_ROLE.fullmatch(name):
        return ""
    role = _WITH_ROLE.fullmatch(name)
    return role[1] if role else name


def _shared(packages: Iterable[str]) -> str:
    """The scope that more than half of several packages have (`vue` of `@vue/shared` and `@vue/runtime-core`), else the
    package that as many are called after (`serde` of `serde_json` and `serde_derive`)."""
    names = {name for name in packages if name}
    scopes = Counter(
        found[1] for name in names if name.startswith("@") and (found := _SCOPED.fullmatch(name))
    )
    before = ({name[: cut.start()] for cut in _CUT.finditer(name)} for name in names)
    stems = Counter(stem for stems in before for stem in stems & names)
    for counted, fewest in ((scopes, 2), (stems, 1)):
        name, times = max(counted.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        others = len(names) - (name in names)
        if times >= fewest and 2 * times > others:
            return name
    return ""
