"""The CI services that we have recipes for. Light: the command line lists them."""

from __future__ import annotations

from msgspec import Struct


class Service(Struct, frozen=True):
    """A CI service.

    Args:
        files: pattern of its recipes, which stand below `templates/ci/<name>`; a plain path where there is one alone.
        hint: what a person has to do with it, `{path}` in it; "" where the service finds it by itself.
    """

    files: str
    hint: str = ""


SERVICES = {
    "github": Service(".github/workflows/repodoc-*.yml"),
    "gitlab": Service(
        ".gitlab/repodoc.yml", "GitLab: name it in .gitlab-ci.yml: `include: [{{local: {path}}}]`"
    ),
    "bitbucket": Service(
        ".bitbucket/repodoc.yml", "Bitbucket: take the steps of {path} over into bitbucket-pipelines.yml"
    ),
    "azure": Service(
        ".azure/repodoc.yml", "Azure: make a pipeline of {path} (Pipelines, New pipeline, Existing YAML file)"
    ),
}
