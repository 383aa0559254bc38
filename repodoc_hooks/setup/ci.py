"""Ready workflows for CI services, rendered from `templates/ci`."""

from __future__ import annotations

import json

from repodoc_hooks import __version__
from repodoc_hooks.backends.registry import records
from repodoc_hooks.config import Config
from repodoc_hooks.deferred.publish import BOT_EMAIL
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.resources import templates_dir

PROVIDERS = ("github", "gitlab")
DEFAULT_MAX_USD = 2.0


def recipes(provider: str, config: Config, branch: str = "main") -> dict[str, str]:
    """The workflow files for a CI service, by path.

    With `write: commit` a check of pull requests and, if the configuration names a model, a job that makes
    the deep sections after a push to `branch`. With `write: post-push` a job for all pages.

    Raises:
        UsageError: no recipe for that service.
    """
    if provider not in PROVIDERS:
        raise UsageError(
            f"there is no recipe for {provider!r}", where="--ci", fix=f"use {' or '.join(PROVIDERS)}"
        )
    return {path: _render(template, config, branch) for path, template in _files(provider, config).items()}


def main_branch(git: Git) -> str:
    """The branch that `origin` calls its own, else the one that is checked out."""
    named = git.line("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    return named or git.line("symbolic-ref", "--quiet", "--short", "HEAD") or "main"


def _files(provider: str, config: Config) -> dict[str, str]:
    if provider == "gitlab":
        return {".gitlab/repodoc.yml": "gitlab/repodoc.yml.j2"}
    if config.write == "post-push":
        names = ["repodoc-pages"]
    else:
        names = ["repodoc-check", "repodoc-deep"] if config.asks_models else ["repodoc-check"]
    return {f".github/workflows/{name}.yml": f"github/{name}.yml.j2" for name in names}


def _render(template: str, config: Config, branch: str) -> str:
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
        package=f"repodoc-hooks=={__version__}",
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
