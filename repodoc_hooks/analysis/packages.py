"""Other people's packages: the names in imports by which a file may mean one, and what manifests call it.

An import tells a name (`yaml`, `serde_json`, `Psr\\Log`), a manifest declares packages (`PyYAML`, `serde_json`,
`psr/log`). Only what a manifest declares is called a package: what belongs to the language, or to nobody, is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from repodoc_hooks.analysis.manifests import local_name, table, xml
from repodoc_hooks.analysis.xml_properties import maven_properties, maven_value
from repodoc_hooks.expressions import expression

_OTHER_NAMES = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "git": "gitpython",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}


def is_declaring(name: str) -> bool:
    """A file of this name may declare packages."""
    return name in _DECLARING or name.endswith(
        (".gemspec", ".csproj", ".gradle", ".gradle.kts", ".versions.toml")
    )


_DECLARING = frozenset(
    {"pyproject.toml", "setup.cfg", "setup.py", "requirements.txt", "package.json", "Cargo.toml", "go.mod"}
    | {"composer.json", "Gemfile", "pom.xml", "Directory.Packages.props", "Package.swift"}
)
_REQUIREMENT = expression(r"\s*([A-Za-z0-9][\w.-]*)")
_STRINGS = expression(r"""["']([^"'\n]+)["']""")
_SETUP_LIST = expression(r"(?:install_requires|extras_require)\s*=\s*([\[({].*?[\])}])", re.DOTALL)
_SETUP_NAME = expression(r"(?:install_requires|extras_require)\s*=\s*[A-Za-z_]")
_GO = expression(r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+v\d", re.MULTILINE)
_GEM = expression(r"""^\s*(?:\w+\.add_(?:runtime_)?dependency|gem)[\s(]+["']([\w.-]+)["']""", re.MULTILINE)
_GRADLE = expression(r"""["']([\w-]+(?:\.[\w-]+)+):([\w.-]+)(?::[^"'\s]*)?["']""")
_CATALOGUE = expression(r"""\bgroup\s*=\s*["']([\w.-]+)["']\s*,\s*name\s*=\s*["']([\w.-]+)["']""")
_NUGET = expression(r"<Package(?:Reference|Version)\b[^>]*?\bInclude\s*=\s*[\"']([\w.-]+)[\"']")
_SWIFT = expression(r'\.product\(\s*name:\s*"([^"]+)"')


def declared(path: str, data: bytes) -> frozenset[str]:
    """The packages that a manifest declares, as it calls them; those of Cargo behind their name in code and `=`."""
    name = path.rpartition("/")[2]
    if name in ("package.json", "composer.json", "Cargo.toml", "pyproject.toml"):
        return frozenset(_TABLES[name](table(path, data)))
    if name == "pom.xml":
        return frozenset(_maven(data))
    text = data.decode("utf-8", "replace")
    if name == "requirements.txt":
        return frozenset(_requirements(text.splitlines()))
    if name in ("setup.cfg", "setup.py"):
        return frozenset(_setup(name, text))
    found = (each for ending, pattern in _PATTERNS if name.endswith(ending) for each in pattern.findall(text))
    return frozenset(":".join(each) if isinstance(each, tuple) else each for each in found)


_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("go.mod",), _GO),
    ((".gemspec", "Gemfile"), _GEM),
    ((".gradle", ".gradle.kts", ".versions.toml"), _GRADLE),
    ((".versions.toml",), _CATALOGUE),
    ((".csproj", ".props"), _NUGET),
    (("Package.swift",), _SWIFT),
)


def _keys(content: Any, *names: str) -> Iterable[str]:
    for name in names:
        found = content.get(name) if isinstance(content, dict) else None
        yield from found if isinstance(found, dict) else ()


def _npm(content: dict[str, Any]) -> Iterable[str]:
    return _keys(content, "dependencies", "peerDependencies", "optionalDependencies", "devDependencies")


def _composer(content: dict[str, Any]) -> Iterable[str]:
    return (name for name in _keys(content, "require") if "/" in name)


def _cargo(content: dict[str, Any]) -> Iterable[str]:
    targets = content.get("target")
    for each in (content, content.get("workspace"), *(targets.values() if isinstance(targets, dict) else ())):
        found = each.get("dependencies") if isinstance(each, dict) else None
        for name, value in found.items() if isinstance(found, dict) else ():
            package = value.get("package") if isinstance(value, dict) else None
            yield f"{name.replace('-', '_')}={package if isinstance(package, str) else name}"


def _pyproject(content: dict[str, Any]) -> Iterable[str]:
    project = content.get("project")
    if isinstance(project, dict):
        extras = project.get("optional-dependencies")
        for each in (project.get("dependencies"), *(extras.values() if isinstance(extras, dict) else ())):
            yield from _requirements(each if isinstance(each, list) else ())
    tool = content.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    yield from (name for name in _keys(poetry, "dependencies") if name != "python")


_TABLES = {
    "package.json": _npm,
    "composer.json": _composer,
    "Cargo.toml": _cargo,
    "pyproject.toml": _pyproject,
}


def _requirements(lines: Iterable[Any]) -> Iterable[str]:
    for line in lines:
        found = _REQUIREMENT.match(line) if isinstance(line, str) else None
        if found is not None:
            yield found[1]


def _setup(name: str, text: str) -> Iterable[str]:
    if name == "setup.py":
        for listed in _SETUP_LIST.findall(text):
            yield from _requirements(_STRINGS.findall(listed))
        if _SETUP_NAME.search(text):
            from repodoc_hooks.analysis.setup_script import named_lists

            yield from _requirements(named_lists(text.encode(), ("install_requires", "extras_require")))
        return
    section = re.search(r"^install_requires\s*=\s*((?:.*\n)(?:[ \t]+.*\n?)*)", text, re.MULTILINE)
    yield from _requirements(section[1].splitlines() if section else ())


def _maven(data: bytes) -> Iterable[str]:
    root = xml(data)
    known = maven_properties(data)
    for element in root.iter() if root is not None else ():
        if local_name(element) == "dependency":
            parts = {local_name(child): maven_value(child, known) for child in element}
            if parts.get("groupId") and parts.get("artifactId"):
                yield f"{parts['groupId']}:{parts['artifactId']}"


def meant(name: str, packages: Mapping[str, Iterable[str]]) -> str:
    """The package that a name in an import means, as its manifest calls it; "" for none that is declared.

    Args:
        name: as `outward_name` gives it.
        packages: name of a manifest's file -> what such files declare.
    """
    registry, _, wanted = name.partition(":")
    if registry not in _FINDERS:
        return ""
    endings, finder = _FINDERS[registry]
    found = {each for file, listed in packages.items() if file.endswith(endings) for each in listed}
    return finder(wanted, sorted(found)) if found else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _python(name: str, found: list[str]) -> str:
    wanted = {_plain(name), _plain(_OTHER_NAMES.get(name, name))}
    return next((each for each in found if _plain(each) in wanted), "")


def _exactly(name: str, found: list[str]) -> str:
    return name if name in found else ""


def _crate(name: str, found: list[str]) -> str:
    return next((each.partition("=")[2] for each in found if each.partition("=")[0] == name), "")


def _module(name: str, found: list[str]) -> str:
    """The longest module path that an import path begins with."""
    fitting = [each for each in found if name == each or name.startswith(f"{each}/")]
    return max(fitting, key=len, default="")


def _gem(name: str, found: list[str]) -> str:
    whole = {re.sub(r"[-_]", "/", each): each for each in found}
    plain = {re.sub(r"[-_/]", "", each): each for each in found}
    parts = name.replace("-", "/").replace("_", "/").split("/")
    for count in range(len(parts), 0, -1):
        if (package := whole.get("/".join(parts[:count]))) is not None:
            return package
    return plain.get(re.sub(r"[-_]", "", name.partition("/")[0]), "")


def _composed(name: str, found: list[str]) -> str:
    """Vendor and package are the first parts of the namespace, as PSR-4 has it by habit."""
    vendor, *parts = (part.lower() for part in name.split("\\"))
    own = [each for each in found if each.partition("/")[0].replace("-", "") == vendor]
    named = [each for each in own if each.partition("/")[2].replace("-", "") in (*parts, "".join(parts))]
    if named or len(own) == 1:
        return (named or own)[0]
    return ""


def _artifact(name: str, found: list[str]) -> str:
    """The group whose name the package begins with; with the artifact where it has one only."""
    groups = {each.partition(":")[0] for each in found}
    fitting = max((g for g in groups if f"{name}.".startswith(f"{g}.")), key=len, default="")
    below = [g for g in groups if g.startswith(f"{name}.")]
    if not fitting and len(below) == 1:
        fitting = below[0]
    own = [each for each in found if each.partition(":")[0] == fitting]
    return "" if not fitting else own[0] if len(own) == 1 else fitting


def _nuget(name: str, found: list[str]) -> str:
    fitting = [each for each in found if f"{name}.".startswith(f"{each}.") or each == f"{name}.Abstractions"]
    return max(fitting, key=len, default="")


_FINDERS: dict[str, tuple[tuple[str, ...], Callable[[str, list[str]], str]]] = {
    "pypi": (("pyproject.toml", "setup.cfg", "setup.py", "requirements.txt"), _python),
    "npm": (("package.json",), _exactly),
    "cargo": (("Cargo.toml",), _crate),
    "golang": (("go.mod",), _module),
    "gem": ((".gemspec", "Gemfile"), _gem),
    "composer": (("composer.json",), _composed),
    "maven": (("pom.xml", ".gradle", ".gradle.kts", ".versions.toml"), _artifact),
    "nuget": ((".csproj", ".props"), _nuget),
    "swift": (("Package.swift",), _exactly),
}
