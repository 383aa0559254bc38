"""The Jinja templates of pages: parsed once per process and shared by all pages (flyweights).

A folder of the user's (`templates:` in the configuration) may replace any of them by the same name. Such
templates come with the repository, so all run in Jinja's sandbox.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.resources import templates_dir

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment


def fill(name: str, overrides: str = "", **values: Any) -> str:
    """The template's text with these values, without blank lines at its ends.

    Args:
        name: path below the templates folder, for example `pages/api.md.j2`.
        overrides: a folder whose templates come first, "" for none.

    Raises:
        ConfigError: a template of the user's does not work.
    """
    from jinja2 import TemplateSyntaxError

    try:
        return _template(name, overrides).render(values).strip("\n")
    except Exception as error:  # whatever a template of the user's computes may fail in any way
        line = f":{error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        where = f"{overrides or templates_dir()}/{name}{line}"
        fix = "mend the template, or remove it to use the one that comes with repodoc"
        raise ConfigError(f"the template does not work: {error}", where=where, fix=fix) from error


@cache
def _template(name: str, overrides: str) -> Template:
    return _environment(overrides).get_template(name)


@cache
def _environment(overrides: str) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folders = [overrides, str(templates_dir())] if overrides else [str(templates_dir())]
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
