"""Objects read two ways: by git's batch process and by libgit2."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.blobs import blob_oid, write_blobs
from repodoc_hooks.git.objects import TreeEntry, open_objects
from repodoc_hooks.git.process import Git
from tests.git.versions import git_version
from tests.repos import Repo

NAMES = ["a", "b b", "c\nd", "ü", "-e", '"q"', "z.py", os.fsdecode(b"\xff")]
bulk = pytest.mark.parametrize("bulk", [False, True], ids=["batch", "libgit2"])


def tree(git: Git, revision: str = "HEAD") -> str:
    return git.run("rev-parse", f"{revision}^{{tree}}").decode().strip()


@pytest.fixture
def odd(make_repo: Callable[..., Repo]) -> Repo:
    """Files with strange names, a symlink, an executable, a submodule entry, an empty file."""
    repo = make_repo("odd")
    for name in NAMES:
        repo.write(f"dir {name}/{name}", os.fsencode(name))
    repo.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    repo.write("empty", "")
    (repo.path / "link").symlink_to("run.sh")
    repo.git("add", "-A")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},part")
    repo.git("commit", "-qm", "Odd")
    return repo


@bulk
def test_entries_are_those_of_ls_tree(odd: Repo, bulk: bool) -> None:
    git = Git.discover(odd.path)
    with open_objects(git, bulk=bulk) as objects:
        entries = list(objects.entries(tree(git)))
        listed = git.run("ls-tree", "-r", "-z", "HEAD").split(b"\0")[:-1]
        ours = {f"{e.mode:06o} {e.oid}\t{e.path}" for e in entries}
        assert ours == {
            os.fsdecode(
                b" ".join([x.split()[0], x.split(b"\t")[0].split()[2]]) + b"\t" + x.split(b"\t", 1)[1]
            )
            for x in listed
        }
        assert [e.path for e in entries] == sorted(e.path for e in entries)
        kinds = {e.path: e.kind for e in entries}
        assert (kinds["link"], kinds["part"], kinds["run.sh"]) == ("symlink", "submodule", "file")
        files = [e for e in entries if e.kind == "file"]
        contents = dict(objects.blobs(e.oid for e in files))
        for entry in files:
            assert contents[entry.oid] == objects.blob(entry.oid) == (odd.path / entry.path).read_bytes()
        sizes = {len(content) for content in contents.values()}
        for limit in sizes:
            short = dict(objects.blobs_up_to(limit, [e.oid for e in files]))
            assert short == {oid: data if len(data) <= limit else None for oid, data in contents.items()}


@bulk
def test_lookup(odd: Repo, bulk: bool) -> None:
    git = Git.discover(odd.path)
    with open_objects(git, bulk=bulk) as objects:
        root = tree(git)
        assert objects.lookup(root, "run.sh") == TreeEntry(
            "run.sh", 0o100755, git.line("rev-parse", "HEAD:run.sh"), "file"
        )
        folder = objects.lookup(root, "dir a")
        assert folder is not None
        assert (folder.kind, folder.oid) == ("tree", git.line("rev-parse", "HEAD:dir a"))
        for path in ("nothing", "dir a/nothing", "run.sh/x", "part/x"):
            assert objects.lookup(root, path) is None


@bulk
def test_diff_opens_only_what_differs(odd: Repo, bulk: bool) -> None:
    odd.write("dir a/a", "changed")
    odd.git("rm", "-q", "run.sh")
    odd.write("run.sh/now a folder", "x")
    odd.commit("Change")
    git = Git.discover(odd.path)
    with open_objects(git, bulk=bulk) as objects:
        before, after = tree(git, "HEAD~1"), tree(git)
        changes = objects.diff(before, after)
        assert [(path, bool(old), bool(new)) for path, old, new in changes] == [
            ("dir a/a", True, True),
            ("part", True, False),
            ("run.sh", True, False),
            ("run.sh/now a folder", False, True),
        ]
        assert git.line("rev-parse", "HEAD:dir ü") not in objects._trees
        assert [path for path, _, _ in objects.diff(None, after)] == [e.path for e in objects.entries(after)]
        assert [(path, new) for path, _, new in objects.diff(after, None)] == [
            (e.path, None) for e in objects.entries(after)
        ]
        assert objects.diff(after, after) == []


FORMATS = ["--object-format=sha256", *(["--ref-format=reftable"] if git_version() >= (2, 45) else [])]


@pytest.mark.parametrize("option", FORMATS)
@bulk
def test_other_formats(make_repo: Callable[..., Repo], option: str, bulk: bool) -> None:
    repo = make_repo("other", option)
    repo.write("a/b.py", "x = 1\n")
    repo.commit("Start")
    git = Git.discover(repo.path)
    with open_objects(git, bulk=bulk) as objects:
        (entry,) = objects.entries(tree(git))
        assert (entry.path, objects.blob(entry.oid)) == ("a/b.py", b"x = 1\n")


@bulk
def test_missing_object(project: Repo, bulk: bool) -> None:
    git = Git.discover(project.path)
    with open_objects(git, bulk=bulk) as objects:
        with pytest.raises(GitError, match="object 111111111111") as caught:
            objects.blob("1" * 40)
        assert "\n" not in str(caught.value)
        with pytest.raises(GitError):
            next(objects.blobs_up_to(10, ["1" * 40]))
        assert objects.blob(git.line("rev-parse", "HEAD:README.md")).startswith(b"# Sample")


@bulk
def test_partial_clone_fetches_what_it_reads(project: Repo, tmp_path: Path, bulk: bool) -> None:
    server = project.clone(tmp_path / "server.git", "--bare")
    server.git("config", "uploadpack.allowFilter", "true")
    server.git(
        "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{server.path}", str(tmp_path / "part")
    )
    git = Git.discover(tmp_path / "part")
    oid = git.line("rev-parse", "HEAD:README.md")
    with open_objects(git, bulk=bulk) as objects:
        assert objects.blob(oid).startswith(b"# Sample")
    other = git.line("rev-parse", "HEAD:pyproject.toml")
    server.remove()
    with open_objects(git, bulk=bulk) as objects, pytest.raises(GitError) as caught:
        objects.blob(other)
    assert "\n" not in str(caught.value)


@bulk
def test_readers_may_interleave_and_stop_early(make_repo: Callable[..., Repo], bulk: bool) -> None:
    repo = make_repo("many")
    for number in range(300):
        repo.write(f"f{number:03}", f"content {number}\n" * 50)
    repo.commit("Many")
    git = Git.discover(repo.path)
    with open_objects(git, bulk=bulk) as objects:
        oids = [entry.oid for entry in objects.entries(tree(git))]
        first, second = objects.blobs(oids), objects.blobs(reversed(oids))
        for number in range(100):
            assert next(first)[1].startswith(b"content %d\n" % number)
            assert next(second)[1].startswith(b"content %d\n" % (299 - number))
        del first
        assert objects.blob(oids[7]).startswith(b"content 7\n")
        assert len(list(objects.blobs(oids))) == 300


def test_replaced_objects_are_read_as_they_are(project: Repo) -> None:
    git = Git.discover(project.path)
    oid = git.line("rev-parse", "HEAD:README.md")
    project.git("replace", oid, project.git("hash-object", "-w", "pyproject.toml"))
    with open_objects(git) as objects:
        assert objects.blob(oid).startswith(b"# Sample")


def test_find(project: Repo) -> None:
    git = Git.discover(project.path)
    with open_objects(git, bulk=True) as objects:
        names = ["HEAD:README.md", "HEAD:nothing", "nothing", "HEAD:pyproject.toml"]
        found = dict(objects.find(names))
    assert list(found) == names
    assert [content and content[:3] for content in found.values()] == [b"# S", None, None, b"[pr"]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_written_blobs(make_repo: Callable[..., Repo], object_format: str) -> None:
    repo = make_repo("fresh", f"--object-format={object_format}")
    git = Git.discover(repo.path)
    blobs = [b"", b"a\n", b"a\n", b"x" * 100_000, bytes(range(256)) * 9]
    oids = write_blobs(git, blobs)
    assert oids == [blob_oid(git, blob) for blob in blobs]
    assert [git.run("cat-file", "blob", oid) for oid in oids] == blobs
    assert write_blobs(git, []) == []
    repo.git("fsck", "--strict")


paths = st.lists(st.sampled_from(["a", "b", "a.b", "a-b", "a0"]), min_size=1, max_size=3).map("/".join)


@given(
    st.dictionaries(paths, st.sampled_from(["1", "2"]), max_size=6),
    st.dictionaries(paths, st.sampled_from(["1", "2"]), max_size=6),
)
def test_diff_agrees_with_git(repo: Repo, before: dict[str, str], after: dict[str, str]) -> None:
    git = Git.discover(repo.path)
    oids = dict(zip("12", write_blobs(git, [b"1", b"2"]), strict=True))
    trees = []
    for files in (before, after):
        index = {"GIT_INDEX_FILE": str(git.git_dir / "scratch")}
        git.run("read-tree", "--empty", env=index)
        # A name cannot be a file and a folder; git before 2.35 lets both into the index.
        fitting = [path for path in files if not any(other.startswith(f"{path}/") for other in files)]
        lines = "".join(f"100644 {oids[files[path]]}\t{path}\0" for path in fitting)
        git.run("update-index", "-z", "--add", "--index-info", input=lines.encode(), env=index)
        trees.append(git.run("write-tree", env=index).decode().strip())
    raw = git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", *trees).decode().split("\0")[:-1]
    with open_objects(git) as objects:
        assert [path for path, _, _ in objects.diff(trees[0], trees[1])] == sorted(set(raw))


PARTS = st.sampled_from(["a", "a.b", "a-b", "ab", "b", "ü"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


def fitting(paths: dict[str, bytes | None]) -> dict[str, bytes | None]:
    """Without the paths that lie below one of the others."""
    return {p: data for p, data in paths.items() if not any(p.startswith(f"{other}/") for other in paths)}


@given(
    before=st.dictionaries(PATHS, st.binary(max_size=2)),
    files=st.dictionaries(PATHS, st.none() | st.binary(max_size=2)),
)
@settings(max_examples=30)
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_tree_with_other_files_has_the_name_that_git_gives_it(
    tmp_path_factory: pytest.TempPathFactory,
    form: str,
    before: dict[str, bytes | None],
    files: dict[str, bytes | None],
) -> None:
    both = fitting({**before, **files})
    before = {path: data for path, data in before.items() if path in both}
    files = {path: data for path, data in files.items() if path in both}
    repo = Repo.init(tmp_path_factory.mktemp("trees") / "repo", f"--object-format={form}")
    for path, data in before.items():
        assert data is not None
        repo.write(path, data).chmod(0o755 if path.endswith("ü") else 0o644)
    repo.git("add", "-A")
    git = Git.discover(repo.path)
    was = repo.git("write-tree")
    for path, data in files.items():
        if data is None:
            repo.git("rm", "-q", "--cached", "--ignore-unmatch", path)
        else:
            oid = repo.git("hash-object", "-w", "--stdin", input=data)
            mode = "100755" if path.endswith("ü") and path in before else "100644"
            repo.git("update-index", "--add", "--cacheinfo", f"{mode},{oid},{path}")
    with open_objects(git) as objects:
        named = objects.with_files(
            was, {p: None if d is None else blob_oid(git, d) for p, d in files.items()}
        )
    assert named == repo.git("write-tree")


def test_a_file_gives_way_to_what_lies_below_it(repo: Repo) -> None:
    repo.write("docs", "no folder\n")
    repo.write("a/b", "b\n")
    repo.commit("Start")
    git = Git.discover(repo.path)
    with open_objects(git) as objects:
        named = objects.with_files(tree(git), {"docs/page.md": blob_oid(git, b"page\n"), "a/b": None})
    repo.git("rm", "-q", "docs", "a/b")
    repo.write("docs/page.md", "page\n")
    repo.git("add", "docs")
    assert named == repo.git("write-tree")
