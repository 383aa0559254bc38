"""The repository's own templates, read from the tree that is described: regular files only, of bounded size."""

from __future__ import annotations

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.git.objects import Objects
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides

MAX_FILES = 100
MAX_BYTES = 256 * 1024


def own_templates(objects: Objects, tree: str, folder: str) -> Overrides:
    """The templates below a folder of a tree; "" for none.

    Raises:
        ConfigError: the folder is not there, or holds a link or more than templates ever need.
    """
    if not folder:
        return NO_OVERRIDES
    entry = objects.lookup(tree, folder)
    if entry is None or entry.kind != "tree":
        what = "there is no such folder" if entry is None else f"it is a {entry.kind}, not a folder"
        fix = "`git add` the templates, or take `templates` out of .repodoc.yaml"
        raise ConfigError(what, where=folder, fix=fix)
    found = [each for each in objects.entries(entry.oid) if each.path.endswith(".j2")]
    for each in found:
        if each.kind != "file":
            what = f"it is a {each.kind}; templates are regular files"
            raise ConfigError(what, where=f"{folder}/{each.path}", fix="commit the file itself")
    if len(found) > MAX_FILES:
        raise ConfigError(f"more than {MAX_FILES} templates", where=folder, fix="remove some")
    texts = {}
    contents = objects.blobs_up_to(MAX_BYTES, [each.oid for each in found])
    for each, (_, data) in zip(found, contents, strict=True):
        where = f"{folder}/{each.path}"
        if data is None:
            raise ConfigError(f"larger than {MAX_BYTES // 1024} KB", where=where, fix="make it shorter")
        try:
            texts[each.path] = data.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError("the file is not UTF-8", where=where, fix="save it as UTF-8") from None
    return Overrides(folder, tuple(sorted(texts.items())))
