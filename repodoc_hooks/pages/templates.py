"""The Jinja templates of pages: parsed once per process and shared by all pages (flyweights).

The repository's own (`templates:` in the configuration) may replace any of them by the same name. They are data of
the snapshot that is described, and come as text; where there are some, all run in a bounded sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.pages import plain_templates
from repodoc_hooks.private import private_folder
from repodoc_hooks.resources import templates_dir
from repodoc_hooks.secret_rules import without_tokens
from repodoc_hooks.system import cache_folder, is_mine

if TYPE_CHECKING:
    from jinja2 import Environment, FileSystemBytecodeCache, Template


class Overrides(Struct, frozen=True):
    """Templates that come before the built-in ones of the same name.

    Attributes:
        folder: where the repository keeps them, for messages.
        texts: (name below the folder, for example `pages/api.md.j2`, text), sorted by name.
    """

    folder: str = ""
    texts: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts)


NO_OVERRIDES = Overrides()


def fill(name: str, overrides: Overrides = NO_OVERRIDES, **values: Any) -> str:
    """The template's text with these values, without blank lines at its ends, and without tokens of a known form.

    Args:
        name: path below the templates folder, for example `pages/api.md.j2`.
        overrides: templates that come first.

    Raises:
        ConfigError: a template of the repository's does not work, or asks for too much time or memory.
    """
    try:
        if not overrides:
            return without_tokens(_built_in(name, values).strip("\n"))
        from repodoc_hooks.pages.sandbox import bounded

        with bounded():
            text = _template(name, overrides).render(values)
        return without_tokens(text.strip("\n"))
    except Exception as error:  # whatever a template of the repository's computes may fail in any way
        from jinja2 import TemplateSyntaxError

        line = f":{error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
        where = f"{overrides.folder or templates_dir()}/{name}{line}"
        what = f"the template does not work: {str(error) or type(error).__name__}"
        fix = "correct the template, or remove it to use the one that comes with repodoc"
        raise ConfigError(what, where=where, fix=fix) from error


def _built_in(name: str, values: Mapping[str, Any]) -> str:
    """One of our own templates, without Jinja where that is possible."""
    text = text_of(name)
    try:
        return plain_templates.render(name, text, values)
    except plain_templates.NotPlain:
        _keep_plain(name)
        return _template(name, NO_OVERRIDES).render(values)


@cache
def _keep_plain(name: str) -> None:
    """Once a process: have a template run without Jinja from now on."""
    plain_templates.keep(_environment(NO_OVERRIDES), name, text_of(name))


def text_of(name: str) -> str:
    """The words of a template as it comes with the package."""
    return (templates_dir() / name).read_text("utf-8")


@cache
def _template(name: str, overrides: Overrides) -> Template:
    return _environment(overrides).get_template(name)


@cache
def _environment(overrides: Overrides) -> Environment:
    from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(str(templates_dir()))
    settings: dict[str, Any] = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "auto_reload": False,
    }
    if not overrides:
        return Environment(loader=loader, bytecode_cache=_compiled(), **settings)  # noqa: S701 - Markdown
    from repodoc_hooks.pages.sandbox import BoundedEnvironment

    return BoundedEnvironment(loader=ChoiceLoader([DictLoader(dict(overrides.texts)), loader]), **settings)


def _compiled() -> FileSystemBytecodeCache | None:
    """Our templates once compiled, in the user's cache folder; None where nothing can be kept.

    Jinja knows a template by name and content; what else decides on its code is in the folder's name.
    """
    import jinja2
    from jinja2.bccache import Bucket

    class Compiled(jinja2.FileSystemBytecodeCache):
        """A full disk, or a folder that was taken away meanwhile, costs time and no page."""

        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):
                super().dump_bytecode(bucket)

    folder = cache_folder() / f"jinja2-{jinja2.__version__}"
    try:
        private_folder(folder)
    except OSError:
        return None
    return Compiled(str(folder)) if is_mine(folder) else None
