"""Settings: strict reading, the cache, the environment, and a JSON Schema that agrees with the reader."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins

from repodoc_hooks.config import Config, Limit, NamedComponent, load, load_cached, reader
from repodoc_hooks.config.cache import ENTRIES
from repodoc_hooks.config.reader import variables
from repodoc_hooks.config.schema import initial_yaml, schema, to_yaml
from repodoc_hooks.errors import ConfigError

NOTHING: dict[str, str] = {}


def read(text: str, **environ: str) -> Config:
    return load(text.encode(), ".repodoc.yaml", environ)


def test_an_empty_file_means_the_defaults() -> None:
    assert read("") == read("# nothing\n") == read("budget:\nexclude:\n") == Config()


def test_every_kind_of_value_is_read() -> None:
    config = read(
        """
        docs_dir: ./docs//code/
        components:
          - {name: core, paths: [src/core, "src/shared/*.py"]}
        exclude: ["vendor/**"]
        backends:
          order: [opencode]
          opencode: {model: anthropic/claude}
          prices: {anthropic/claude: {input: 3, output: 15.0}}
        pre_commit: {deadline: 5, strict: true}
        budget:
          day: {usd: 2, tokens: 100000}
        """
    )
    assert config.docs_dir == "docs/code"
    assert config.components == (NamedComponent("core", ("src/core", "src/shared/*.py")),)
    assert config.backends.order == ("opencode", "offline"), "offline ends every order"
    assert config.backends.prices == {"anthropic/claude": {"input": 3.0, "output": 15.0}}
    assert (config.pre_commit.deadline, config.pre_commit.strict) == (5.0, True)
    assert config.budget.day == Limit(2.0, 100000)
    assert read("components: auto").components == ()


@pytest.mark.parametrize(
    ("text", "line", "what", "fix"),
    [
        ("version: 1\nbackends:\n  ordr: [offline]", 3, "unknown key `backends.ordr`", "`backends.order`"),
        ("deadline: 3", 1, "unknown key `deadline`", "`pre_commit.deadline`"),
        ("\npre_commit:\n  deadline: soon", 3, "`pre_commit.deadline` is text", "a number"),
        ("pre_commit:\n  strict: 1", 2, "`pre_commit.strict` is a number", "true or false"),
        ("budget:\n  run:\n    tokens: 1.5", 3, "`budget.run.tokens` is a number", "a whole number"),
        ("retry:\n  attempts: true", 2, "`retry.attempts` is true or false", "a whole number"),
        ("retry: {cap: .inf}", 1, "`retry.cap` is inf", "finite"),
        ("retry: {cap: 1, base: 2}", 1, "`retry.cap` is below `retry.base`", "raise cap"),
        ("budget:\n  warn_at: 80", 2, "`budget.warn_at` is 80", "at most 1"),
        ("pre_commit: {deadline: 0}", 1, "`pre_commit.deadline` is 0", "above 0"),
        ("backends:\n  order:\n  - offline\n  - opncode", 4, "cannot be 'opncode'", "did you mean opencode"),
        ("backends: {order: [offline, claude]}", 1, "offline before another", "put offline last"),
        ("backends: {order: [claude, claude]}", 1, "names a backend twice", "once"),
        ("backends: {order: []}", 1, "`backends.order` is empty", "at least one"),
        ("backends: {order: opencode}", 1, "must be a list", "[a, b]"),
        ("backends:\n  opencode: {urls: ['http://host/']}", 2, "`backends.opencode.urls`", "OPENCODE_URLS"),
        ("backends:\n  claude:\n    command: /bin/sh", 3, "`backends.claude.command`", "repodoc/config.yaml"),
        ("backends: {opencode: {password_env: HOME}}", 1, "which no repository may make", "PASSWORD_ENV"),
        ("cache: {size_mb: 99999999999999999999999}", 1, "`cache.size_mb` is too large a number", "smaller"),
        ("components:\n- name: a\n", 2, "lacks the key `paths`", "name, paths"),
        ("components:\n- {name: a, paths: [x]}\n- {name: a, paths: [y]}", 3, "names 'a' twice", "own"),
        ("components: some", 1, "must be `auto` or a list", "[a, b]"),
        ("version: 2", 1, "`version` is 2", "at most 1"),
        ("- docs", 1, "is a list, but must be a group", "docs_dir"),
        ("docs_dir: a\ndocs_dir: b", 2, "duplicate key", "fix"),
        ("docs_dir: [", 1, "not valid YAML", "fix"),
        ("docs_dir: a\n---\nb: c", 2, "another document", "fix"),
        ("write: !!python/name:os.system x", 1, "`write` cannot be", "commit"),
    ],
)
def test_a_mistake_names_line_key_and_remedy(text: str, line: int, what: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.where == f".repodoc.yaml:{line}"
    assert what in caught.value.what
    assert fix in caught.value.fix
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    ["../out", "a/../../b", "/etc", "~/x", ".", "./", "", ".git/x", ".GIT", "C:/x", "a\\b", "a\nb", "a/.."],
)
def test_pages_stay_inside_the_repository(path: str) -> None:
    text = f"docs_dir: {json.dumps(path)}"
    with pytest.raises(ConfigError, match="leaves the repository"):
        read(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"docs_dir": path}, schema())


def test_a_file_that_is_not_utf8_is_refused_by_line() -> None:
    with pytest.raises(ConfigError, match=r"repodoc\.yaml:2: the file is not UTF-8"):
        load(b"version: 1\ndocs_dir: \xe9\n", "repodoc.yaml", NOTHING)


def test_aliases_that_multiply_without_end_are_refused() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{new}: &{new} [{','.join(['*' + old] * 10)}]\n"
    for deep in ("exclude: " + "[" * 3000 + "]" * 3000, "x: " + "{a: " * 3000, "exclude:\n" + "- " * 3000):
        with pytest.raises(ConfigError, match="nested too deeply"):  # before all of it is scanned
            load(deep.encode(), "x")
    with pytest.raises(ConfigError, match="nested too deeply"):
        read(bomb)
    with pytest.raises(ConfigError, match="nested too deeply"):
        read("&a [*a]")


def test_variables_override_every_kind_of_setting() -> None:
    config = read(
        "docs_dir: docs/a\nbudget: {day: {usd: 5}}",
        REPODOC_DOCS_DIR="docs/b",
        REPODOC_BACKENDS_ORDER="opencode, offline",
        REPODOC_BUDGET_RUN_USD="0.25",
        REPODOC_BUDGET_DAY_USD="none",
        REPODOC_PRE_COMMIT_STRICT="yes",
        REPODOC_COMPONENTS='[{"name": "x", "paths": ["src"]}]',
        REPODOC_WRITE="",
        REPODOC_SKIP="1",
    )
    assert config.docs_dir == "docs/b"
    assert config.backends.order == ("opencode", "offline")
    assert config.budget.run.usd == 0.25
    assert config.budget.day.usd is None
    assert config.pre_commit.strict is True
    assert config.components == (NamedComponent("x", ("src",)),)
    assert config.write == "commit"


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ConfigError, match=r"variable REPODOC_BUDGET_RUN_USD: `budget\.run\.usd` is text"):
        read("", REPODOC_BUDGET_RUN_USD="cheap")
    with pytest.raises(ConfigError, match=r"variable REPODOC_DOCS_DIR: .* leaves the repository"):
        read("", REPODOC_DOCS_DIR="../x")


def test_every_variable_has_a_name_of_its_own() -> None:
    paths = [keys for keys, _ in variables().values()]
    assert len(paths) == len(set(paths)) > 30


def test_the_cache_gives_what_the_text_gives(tmp_path: Path) -> None:
    text = (
        b"docs_dir: docs/x\ncomponents: [{name: a, paths: [b]}]\nbudget: {run: {usd: 1}}\nexclude: [x]\n"
        b"backends: {order: [claude], prices: {m: {input: 1}}}\n"
    )
    first = load_cached(text, ".repodoc.yaml", tmp_path, NOTHING)
    (entry,) = (tmp_path / "config").iterdir()
    assert load_cached(text, ".repodoc.yaml", tmp_path, NOTHING) == first == load(text, "", NOTHING)
    assert entry.parent.stat().st_mode & 0o777 == 0o700
    assert load_cached(text, "", tmp_path, {"REPODOC_DOCS_DIR": "d"}).docs_dir == "d"
    assert load_cached(text, "", tmp_path, NOTHING).docs_dir == "docs/x", "variables are not cached"


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b"0.0 0\n{}", b"\xff", b"[" * 100_000])
def test_a_damaged_entry_is_a_miss(tmp_path: Path, damage: bytes) -> None:
    text = b"docs_dir: docs/x\n"
    good = load_cached(text, "", tmp_path, NOTHING)
    (entry,) = (tmp_path / "config").iterdir()
    whole = entry.read_bytes()
    for spoilt in (
        damage,
        whole.replace(b"docs/x", b"docs/y"),
        whole[:-2],
        whole.replace(b"docs_dir", b"docsdir"),
    ):
        entry.write_bytes(spoilt)
        assert load_cached(text, "", tmp_path, NOTHING) == good


def test_the_cache_is_bounded_and_optional(tmp_path: Path) -> None:
    for number in range(ENTRIES + 5):
        load_cached(f"docs_dir: docs/{number}\n".encode(), "", tmp_path, NOTHING)
    assert len(list((tmp_path / "config").iterdir())) == ENTRIES
    occupied = tmp_path / "file"
    occupied.write_text("")
    assert load_cached(b"", "", occupied, NOTHING) == Config()


def test_a_known_text_needs_no_yaml_library(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from repodoc_hooks.config import load_cached;"
        "load_cached(b'docs_dir: docs/x', '', Path(sys.argv[1]), {});"
        "print('ruamel.yaml' in sys.modules, 'repodoc_hooks.config.build' in sys.modules)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert [run.stdout.strip() for run in runs] == ["True True", "False False"]


def test_the_printed_form_reads_back() -> None:
    config = read(
        """
        docs_dir: 'on/1: "x"'
        components: [{name: 'no', paths: ['*.py', '- a']}]
        backends: {prices: {a/b:1: {input: 1}}}
        """
    )
    assert load(to_yaml(config).encode(), "", NOTHING) == config
    assert load(initial_yaml(Config()).encode(), "", NOTHING) == Config()


WORDS = st.sampled_from(
    [
        "",
        "auto",
        "docs",
        "../x",
        "/a",
        "offline",
        "opencode",
        "claude",
        "commit",
        "none",
        "design",
        "llms.txt",
        "ä b",
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 5), st.sampled_from([0.5, 1.5, -0.1, 2.0]), WORDS
)
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=2),
    st.dictionaries(WORDS, SCALARS, max_size=2),
    st.just([{"name": "a", "paths": ["b"]}]),
)


def _documents() -> st.SearchStrategy[dict[str, Any]]:
    groups = {name: value for name, value in to_builtins(Config()).items() if isinstance(value, dict)}
    group = {
        name: st.dictionaries(st.sampled_from([*value, "x"]), VALUES, max_size=2)
        for name, value in groups.items()
    }
    tops = {name: group.get(name, VALUES) | VALUES for name in to_builtins(Config())}
    return st.fixed_dictionaries({}, optional=tops)


@given(_documents())
def test_schema_and_reader_accept_the_same_documents(document: dict[str, Any]) -> None:
    by_schema = jsonschema.Draft202012Validator(schema()).is_valid(document)
    try:
        load(json.dumps(document).encode(), "", NOTHING)
        by_reader = True
    except ConfigError as error:
        # What a schema cannot say: a list as `1.0` for a whole number, and relations between settings.
        by_reader = any(word in error.what for word in ("twice", "before another", "below"))
    if _has_whole_float(document):
        assert by_schema or not by_reader
    else:
        assert by_schema == by_reader


def _has_whole_float(value: Any) -> bool:
    """JSON Schema counts 2.0 as an integer, the reader does not."""
    if isinstance(value, dict):
        return any(map(_has_whole_float, value.values()))
    if isinstance(value, list):
        return any(map(_has_whole_float, value))
    return isinstance(value, float) and value.is_integer()


def test_the_schema_is_itself_valid_and_described() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["docs_dir"]["default"] == "docs/repodoc"
    assert all(entry.get("description") for entry in schema()["properties"].values())


def test_the_file_that_init_writes_needs_no_yaml_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = initial_yaml(Config()).encode()
    assert reader.read(text, "x") == Config()
    monkeypatch.setattr(reader, "read", lambda *_: pytest.fail("read"))
    assert load_cached(text, "x", tmp_path, {}) == Config()
