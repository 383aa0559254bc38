"""Ready workflows for CI services, rendered from `templates/ci`."""

from __future__ import annotations

import hashlib
import json

from msgspec.structs import replace

from repodoc_hooks.backends.registry import records
from repodoc_hooks.config import Config
from repodoc_hooks.deferred.publish import BOT_EMAIL
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.resources import templates_dir
from repodoc_hooks.setup.ci_services import SERVICES

DEFAULT_MAX_USD = 2.0
MARK = "# repodoc recipe "
"""Begins the first line of every recipe; what follows is a hash of the rest, by which our own text is known."""
INSTALL_VARIABLE = "REPODOC_INSTALL"
ACTIONS = {
    "checkout": "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3",
    "python": "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
    "node": "actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0",
    "cache": "actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0",
    "sarif": "github/codeql-action/upload-sarif@f443b600d91635bebf5b0d9ebc620189c0d6fba5 # v4.30.8",
}
"""GitHub's actions by the commit of a release: a tag can be moved to other code."""


def recipes(provider: str, config: Config, branch: str = "main", install: str = "") -> dict[str, str]:
    """The workflow files for a CI service, by path.

    With `write: commit` a check of pull requests and, if the configuration names a model, a job that makes
    the deep sections after a push to `branch`. With `write: post-push` a job for all pages.

    Args:
        install: what pip is to install; "" leaves `INSTALL_VARIABLE` for somebody to fill in.

    Raises:
        UsageError: no recipe for that service, or a requirement that is none.
    """
    if provider not in SERVICES:
        raise UsageError(
            f"there is no recipe for {provider!r}", where="--ci", fix=f"use {', '.join(SERVICES)}"
        )
    if not install.isprintable() or any(sign in install for sign in "\"'`$\\"):
        raise UsageError(
            "it is nothing that pip installs", where="--install", fix="name a requirement or a URL"
        )
    files = _files(provider, config)
    return {path: _marked(_render(template, config, branch, install)) for path, template in files.items()}


def is_ours(text: str) -> bool:
    """Whether a file is a recipe that nobody has changed since it was written."""
    first, _, rest = text.partition("\n")
    return first.startswith(MARK) and first.removeprefix(MARK).split(" ")[0] == _digest(rest)


def others(provider: str, config: Config) -> list[str]:
    """Paths of recipes that belong to another way of working than the configuration's."""
    every = {
        path for write in ("commit", "post-push") for path in _files(provider, replace(config, write=write))
    }
    return sorted(every - _files(provider, config).keys())


def main_branch(git: Git) -> str:
    """The branch that `origin` calls its own, else the one that is checked out."""
    named = git.line("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    return named or git.line("symbolic-ref", "--quiet", "--short", "HEAD") or "main"


def _files(provider: str, config: Config) -> dict[str, str]:
    if provider != "github":
        return {SERVICES[provider].files: f"{provider}/repodoc.yml.j2"}
    if config.write == "post-push":
        names = ["repodoc-pages"]
    else:
        names = ["repodoc-check", "repodoc-deep"] if config.asks_models else ["repodoc-check"]
    return {f".github/workflows/{name}.yml": f"github/{name}.yml.j2" for name in names}


def _render(template: str, config: Config, branch: str, install: str) -> str:
    import jinja2

    # `{{` and `{%` belong to the workflows.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_dir() / "ci"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML, from our own values
    )
    models = records(config.backends.order)
    usd = config.budget.run.usd
    text = environment.get_template(template).render(
        actions=ACTIONS,
        install=install,
        variable=INSTALL_VARIABLE,
        branch=branch,
        branch_json=json.dumps(branch),
        bot_email=BOT_EMAIL,
        bot_email_pattern=BOT_EMAIL.replace(".", r"\."),
        post_push=config.write == "post-push",
        programs=[f"{record.package}@{record.major}" for record in models],
        secrets=sorted({secret for record in models for secret in record.secrets}),
        max_usd=f"{DEFAULT_MAX_USD if usd is None else usd:g}",
    )
    return text.rstrip("\n") + "\n"


def _marked(text: str) -> str:
    return (
        f"{MARK}{_digest(text)} - `repodoc init --ci` renews this file while nobody has changed it.\n{text}"
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
