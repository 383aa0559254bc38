"""The workflows that `repodoc init --ci` writes: right by schema, and their steps run for real."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace
from ruamel.yaml import YAML

from repodoc_hooks.config import BackendsConfig, Config
from repodoc_hooks.deferred.publish import BOT_EMAIL
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup.ci import main_branch, recipes
from repodoc_hooks.setup.ci_services import SERVICES
from tests.repos import Repo, Result

MODELS = BackendsConfig(order=("opencode", "claude", "offline"))
CONFIGS = {
    "offline": Config(),
    "models": Config(backends=MODELS),
    "post-push": Config(write="post-push"),
    "post-push models": Config(write="post-push", backends=MODELS),
}
SCHEMAS = {
    "github": "github-workflows.json",
    "gitlab": "gitlab-ci.json",
    "bitbucket": "bitbucket-pipelines.json",
    "azure": "azure-pipelines.json",
}
SPEC = "repodoc-hooks @ git+https://host/team/repodoc-hooks@0123abc"
CONFIG = "version: 1\n"


def schema(provider: str) -> dict[str, Any]:
    file = resources.files("check_jsonschema.builtin_schemas.vendor") / SCHEMAS[provider]
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


def load(text: str) -> dict[str, Any]:
    """YAML 1.2, where `on` is a word."""
    data: dict[str, Any] = YAML(typ="safe").load(text)
    return data


@pytest.mark.parametrize("provider", SERVICES)
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("branch", ["main", "release/1.x", 'odd"name"'])
def test_every_recipe_is_right_by_its_schema(provider: str, name: str, branch: str) -> None:
    for path, text in recipes(provider, CONFIGS[name], branch, SPEC).items():
        data = load(text)
        jsonschema.validate(data, schema(provider))
        assert path.endswith(".yml")
        if provider == "github" and "push" in data["on"]:
            assert data["on"]["push"]["branches"] == [branch]


def test_each_way_of_working_has_its_recipes() -> None:
    def names(config: Config) -> list[str]:
        return [Path(path).stem for path in recipes("github", config)]

    assert names(CONFIGS["offline"]) == ["repodoc-check"]
    assert names(CONFIGS["models"]) == ["repodoc-check", "repodoc-deep"]
    assert names(CONFIGS["post-push"]) == ["repodoc-pages"]
    jobs = {name: list(load(recipes("gitlab", c)[".gitlab/repodoc.yml"])) for name, c in CONFIGS.items()}
    assert jobs == {
        "offline": ["repodoc-check"],
        "models": ["repodoc-check", "repodoc-deep"],
        "post-push": ["repodoc-pages"],
        "post-push models": ["repodoc-pages"],
    }


def test_the_check_sees_no_secret_and_may_not_write() -> None:
    text = recipes("github", CONFIGS["models"])[".github/workflows/repodoc-check.yml"]
    check = load(text)
    assert "secrets." not in text
    assert check["permissions"] == {"contents": "read"}
    assert check["jobs"]["check"]["permissions"] == {"contents": "read", "security-events": "write"}
    checkout = check["jobs"]["check"]["steps"][0]
    assert checkout["with"] == {"fetch-depth": 1, "persist-credentials": False}


def test_the_budget_of_the_configuration_is_that_of_the_job() -> None:
    config = replace(
        CONFIGS["models"], budget=replace(Config().budget, run=replace(Config().budget.run, usd=0.5))
    )
    steps = load(recipes("github", config)[".github/workflows/repodoc-deep.yml"])["jobs"]["pages"]["steps"]
    assert steps[-1]["env"]["MAX_USD"] == "0.5"


def test_runs_that_write_take_turns_and_none_is_stopped() -> None:
    for name in ("models", "post-push"):
        for text in recipes("github", CONFIGS[name]).values():
            data = load(text)
            if "push" in data["on"]:
                assert data["concurrency"] == {"group": "repodoc-pages", "cancel-in-progress": False}


def test_an_unknown_service_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="github, gitlab"):
        recipes("jenkins", Config())


def test_the_branch_is_that_of_the_remote_else_the_present_one(project: Repo, tmp_path: Path) -> None:
    project.git("switch", "-q", "-c", "trunk")
    assert main_branch(Git.discover(project.path)) == "trunk"
    clone = project.clone(tmp_path / "clone")
    clone.git("switch", "-q", "-c", "topic")
    assert main_branch(Git.discover(clone.path)) == "trunk"
    project.git("checkout", "-q", "--detach")
    assert main_branch(Git.discover(project.path)) == "main"


def test_init_writes_the_recipes_and_keeps_what_is_there(project: Repo) -> None:
    path = ".github/workflows/repodoc-check.yml"
    project.repodoc("init", "--yes", "--ci", "github", "--install", SPEC)
    assert project.read(path) == recipes("github", Config(), install=SPEC)[path]
    project.repodoc("init", "--yes", "--ci", "github", "--install", "other")
    assert "other" in project.read(path)
    project.write(path, "mine\n")
    project.repodoc("init", "--yes", "--ci", "github", "--install", SPEC)
    assert project.read(path) == "mine\n"


def test_another_way_of_working_takes_the_recipes_of_the_former_away(project: Repo) -> None:
    check, pages = ".github/workflows/repodoc-check.yml", ".github/workflows/repodoc-pages.yml"
    project.repodoc("init", "--yes", "--ci", "github", "--install", SPEC)
    project.replace(".repodoc.yaml", "version: 1\n", "version: 1\nwrite: post-push\n")
    project.repodoc("init", "--yes", "--ci", "github", "--install", SPEC)
    assert (project.exists(check), project.exists(pages)) == (False, True)
    project.write(pages, project.read(pages) + "# mine\n")
    project.replace(".repodoc.yaml", "write: post-push\n", "")
    done = project.repodoc("init", "--yes", "--ci", "github", "--install", SPEC)
    assert f"{pages}: delete it" in done.output
    assert (project.exists(check), project.exists(pages)) == (True, True)


def test_every_action_is_pinned_by_the_hash_of_a_commit() -> None:
    for config in CONFIGS.values():
        for text in recipes("github", config).values():
            used = re.findall(r"uses: (\S+)", text)
            assert used
            assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) for action in used)


def test_the_check_runs_in_a_merge_queue() -> None:
    assert "merge_group" in load(recipes("github", Config())[".github/workflows/repodoc-check.yml"])["on"]


@pytest.mark.parametrize("install", ["a'b", 'a"b', "a$b", "a`b`", "a\nb"])
def test_nothing_that_a_shell_reads_otherwise_is_taken_for_a_requirement(install: str) -> None:
    with pytest.raises(UsageError):
        recipes("github", Config(), install=install)


def test_a_program_from_a_folder_is_left_to_a_variable(project: Repo) -> None:
    done = project.repodoc("init", "--yes", "--ci", "github")
    text = project.read(".github/workflows/repodoc-check.yml")
    if "came from a folder" in done.output:
        assert 'REPODOC_INSTALL: "" #' in text
    assert not re.search(r"pip install [\"']?repodoc-hooks", text)


class Runner:
    """Runs the shell steps of a job as the service would: one shell each, the next only if it ended well."""

    def __init__(self, home: Path) -> None:
        self.bin = home / "runner-bin"
        self.bin.mkdir()
        self.installed = home / "installed"
        for name in ("pip", "npm"):
            program = self.bin / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.installed}"\n')
            program.chmod(0o755)
        repodoc = self.bin / "repodoc"
        repodoc.write_text(f'#!/bin/sh\nexec {sys.executable} -m repodoc_hooks "$@"\n')
        repodoc.chmod(0o755)

    def shell(self, repo: Repo, script: str, env: Mapping[str, str]) -> Result:
        import os

        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        source = str(Path(__file__).parents[2])
        return repo.run(
            "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, check=False,
            env={"PYTHONPATH": source, **env, "PATH": path},
        )  # fmt: skip

    def github(self, repo: Repo, job: Mapping[str, Any]) -> list[Result]:
        env = {"GITHUB_ACTIONS": "true", "CI": "true"}
        results: list[Result] = []
        for step in job["steps"]:
            failed = any(result.returncode for result in results)
            if "run" not in step or (failed and "always()" not in step.get("if", "")):
                continue
            own = {name: value for name, value in step.get("env", {}).items() if "${{" not in value}
            own = {**own, "REPODOC_INSTALL": own.get("REPODOC_INSTALL") or SPEC}
            results.append(self.shell(repo, step["run"], {**env, **own}))
        return results

    def gitlab(self, repo: Repo, job: Mapping[str, Any], env: Mapping[str, str]) -> Result:
        script = "\n".join(line for line in job["script"] if "remote set-url" not in line)
        return self.shell(
            repo,
            script,
            {"GITLAB_CI": "true", "CI": "true", "REPODOC_INSTALL": SPEC, **job["variables"], **env},
        )


@pytest.fixture
def runner(home: Path) -> Runner:
    return Runner(home)


@pytest.fixture
def origin(project: Repo, tmp_path: Path, runner: Runner) -> Repo:
    """A bare remote whose branch `main` has a configuration and current pages."""
    project.write(".repodoc.yaml", CONFIG)
    project.commit("Configure")
    made = runner.shell(project, "repodoc update", {})
    assert made.returncode == 0, made.output
    project.commit("Pages")
    bare = Repo.init(tmp_path / "origin.git", "--bare")
    project.git("remote", "add", "origin", str(bare.path))
    project.git("push", "-q", "origin", "main")
    return bare


def shallow(origin: Repo, path: Path, branch: str = "main") -> Repo:
    """What actions/checkout makes: one commit, its branch checked out."""
    return Repo(origin.path).clone(path, "--depth=1", "-b", branch, "--no-local")


def make_stale(project: Repo, branch: str) -> None:
    if branch != "main":
        project.git("switch", "-q", "-c", branch)
    project.write(
        "src/core/extra.py",
        '"""Extra."""\n\n\ndef extra(a: int) -> int:\n    """Add one."""\n    return a + 1\n',
    )
    project.commit("Add extra")
    project.git("push", "-q", "origin", branch)


def test_the_check_passes_and_fails_with_the_pages(
    project: Repo, origin: Repo, runner: Runner, tmp_path: Path
) -> None:
    job = load(recipes("github", Config())[".github/workflows/repodoc-check.yml"])["jobs"]["check"]
    good = shallow(origin, tmp_path / "good")
    install, check, report = runner.github(good, job)
    assert (install.returncode, check.returncode, report.returncode) == (0, 0, 0), check.output
    assert runner.installed.read_text() == f"pip install {SPEC}\n"
    assert json.loads(good.read("repodoc.sarif"))["runs"][0]["results"] == []

    make_stale(project, "topic")
    bad = shallow(origin, tmp_path / "bad", "topic")
    install, check, report = runner.github(bad, job)
    assert (install.returncode, check.returncode, report.returncode) == (0, 1, 0), check.output
    assert "::error file=src/core/extra.py,line=1," in check.stdout
    assert json.loads(bad.read("repodoc.sarif"))["runs"][0]["results"]
    assert bad.status() == ["?? repodoc.sarif"]


def test_the_gitlab_check_passes_and_fails_with_the_pages(
    project: Repo, origin: Repo, runner: Runner, tmp_path: Path
) -> None:
    job = load(recipes("gitlab", Config())[".gitlab/repodoc.yml"])["repodoc-check"]
    good = shallow(origin, tmp_path / "good")
    assert runner.gitlab(good, job, {}).returncode == 0
    assert json.loads(good.read("gl-code-quality-report.json")) == []
    make_stale(project, "topic")
    bad = shallow(origin, tmp_path / "bad", "topic")
    assert runner.gitlab(bad, job, {}).returncode == 1
    assert json.loads(bad.read("gl-code-quality-report.json"))


def holds(condition: str, event: Mapping[str, Any]) -> bool:
    """The value of a condition made of comparisons and `||`, as GitHub would see it."""

    def value(word: str) -> str:
        if word.startswith("'"):
            return word.strip("'")
        found: Any = {"github": event}
        for name in word.split("."):
            found = found.get(name, "")
        return str(found)

    def one(comparison: str) -> bool:
        left, operator, right = comparison.split()
        return (value(left) == value(right)) == (operator == "==")

    return any(one(comparison) for comparison in condition.split(" || "))


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ("models", ".github/workflows/repodoc-deep.yml"),
        ("post-push", ".github/workflows/repodoc-pages.yml"),
    ],
)
def test_the_job_after_a_push_makes_one_commit_and_starts_no_further_run(
    project: Repo, origin: Repo, runner: Runner, tmp_path: Path, config: str, path: str
) -> None:
    job = load(recipes("github", CONFIGS[config])[path])["jobs"]["pages"]
    make_stale(project, "main")
    clone = shallow(origin, tmp_path / "ci")

    def event(repo: Repo) -> dict[str, Any]:
        email = repo.git("log", "-1", "--format=%ae", "main")
        return {"event_name": "push", "event": {"head_commit": {"author": {"email": email}}}}

    assert holds(job["if"], event(origin))
    *_, pages = runner.github(clone, job)
    assert pages.returncode == 0, pages.output
    assert origin.git("log", "-2", "--format=%ae", "main").split()[0] == BOT_EMAIL
    assert origin.git("rev-parse", "main^") == project.head()
    assert "docs/repodoc/src/core/README.md" in origin.changed("main")
    assert not holds(job["if"], event(origin))
    assert holds(job["if"], {**event(origin), "event_name": "workflow_dispatch"})

    again = shallow(origin, tmp_path / "again")
    *_, pages = runner.github(again, job)
    assert pages.returncode == 0, pages.output
    assert origin.git("rev-list", "--count", f"{project.head()}..main") == "1", origin.git("show", "main")


def test_the_gitlab_job_after_a_push_makes_one_commit(
    project: Repo, origin: Repo, runner: Runner, tmp_path: Path
) -> None:
    job = load(recipes("gitlab", CONFIGS["post-push"])[".gitlab/repodoc.yml"])["repodoc-pages"]
    make_stale(project, "main")
    clone = shallow(origin, tmp_path / "ci")
    clone.git("checkout", "-q", "--detach")
    done = runner.gitlab(clone, job, {"CI_COMMIT_BRANCH": "main"})
    assert done.returncode == 0, done.output
    author = origin.git("log", "-1", "--format=%an <%ae>", "main")
    assert origin.git("rev-parse", "main^") == project.head()
    (never, always) = job["rules"]
    assert never["when"] == "never"
    pattern = never["if"].removeprefix("$CI_COMMIT_AUTHOR =~ /").removesuffix("/")
    assert re.search(pattern, author)
    assert not re.search(pattern, project.git("log", "-1", "--format=%an <%ae>"))
    assert always == {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (2, 2), (3, 0)])
def test_a_budget_that_is_used_up_fails_no_job(
    project: Repo, runner: Runner, code: int, expected: int
) -> None:
    (runner.bin / "repodoc").write_text(f'#!/bin/sh\necho "$@" > {runner.installed}\nexit {code}\n')
    job = load(recipes("github", CONFIGS["models"])[".github/workflows/repodoc-deep.yml"])["jobs"]["pages"]
    *_, pages = runner.github(project, job)
    assert pages.returncode == expected
    assert ("::warning::" in pages.stdout) == (code == 3)
    assert "--max-usd 2" in runner.installed.read_text()
