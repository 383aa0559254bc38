"""The Jinja templates of pages: parsed once per process and shared by all pages (flyweights).

A folder of the user's (`templates:` in the configuration) may replace any of them by the same name. Such
templates come with the repository: where there are some, all run in Jinja's sandbox.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.private import private_folder
from repodoc_hooks.resources import templates_dir

if TYPE_CHECKING:
    from jinja2 import Environment, FileSystemBytecodeCache, Template


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
def _environment(overrides: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    if overrides:
        from jinja2.sandbox import ImmutableSandboxedEnvironment as Environment
    return Environment(
        loader=FileSystemLoader([overrides, str(templates_dir())] if overrides else str(templates_dir())),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled("sandboxed-" if overrides else ""),
    )


def _compiled(kind: str) -> FileSystemBytecodeCache | None:
    """Templates once compiled, in the user's cache folder; None where nothing can be kept.

    Jinja knows a template by name and content; what else decides on its code is in the folder's name.
    """
    import jinja2

    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    folder = Path(home, "repodoc", f"{kind}jinja2-{jinja2.__version__}")
    try:
        private_folder(folder)
        status = folder.stat()
    except OSError:
        return None
    mine = status.st_uid == os.getuid() and not status.st_mode & 0o022 and os.access(folder, os.W_OK)
    return jinja2.FileSystemBytecodeCache(str(folder)) if mine else None
