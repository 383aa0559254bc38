"""The main job with a model: the real OpenCode server in front of a scripted provider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.conftest import write_opencode_settings
from tests.fake_provider import FakeProvider, Reply, last_user_text
from tests.isolation import user_settings
from tests.repos import Repo
from tests.sections.tasks import answers_for, scripted
from tests.tools import npm_tool

CORE = "docs/repodoc/src/core/README.md"
SHOP = "docs/repodoc/src/shop/README.md"
CONFIG = """\
version: 1
backends:
  order: [opencode, offline]
  opencode: {model: fake/priced}
pre_commit: {deadline: 60}
deep: {sections: []}
"""


@pytest.fixture
def provider(home: Path) -> Iterator[FakeProvider]:
    """The model: it answers whatever it is asked for, with a sentence that tells what it was shown."""
    with FakeProvider(Reply(text=scripted)) as provider:
        write_opencode_settings(home, provider.url)
        yield provider


@pytest.fixture
def ready(project: Repo, provider: FakeProvider) -> Iterator[Repo]:
    """The sample project with pages whose prose a model wrote."""
    project.write(".repodoc.yaml", CONFIG)
    user_settings(f"backends: {{opencode: {{command: {npm_tool('opencode')}}}}}\n")
    project.repodoc("init", "--yes")
    print(project.repodoc("update").output)
    project.commit("Set up")
    yield project
    project.repodoc("server", "stop", check=False)


def summary(repo: Repo, page: str) -> str:
    """The text of a page's summary."""
    return repo.read(page).partition("begin summary -->")[2].partition("<!-- repodoc:end")[0]


def test_prose_comes_from_the_model_with_tokens_and_cost(ready: Repo, provider: FakeProvider) -> None:
    assert ready.repodoc("check").returncode == 0
    assert "without a model" not in ready.read(CORE)
    provider.reset()
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    ready.git("commit", "-q", "-am", "Whole prices")
    assert ready.changed() == [SHOP, "src/shop/till.py"]
    asked = [request.prompt for request in provider.requests if "summary" in request.prompt]
    assert len(asked) == 1
    assert "int(price)" in asked[0]
    note = [json.loads(line) for line in ready.git("notes", "--ref=repodoc", "show", "HEAD").splitlines()]
    paid = [line for line in note if line["kind"] == "section"]
    assert paid[0]["tokens"]["input"] > 0
    assert paid[0]["cost_usd"] > 0
    costs = json.loads(ready.repodoc("costs", "--json").stdout)
    assert costs["schema"] == 1
    assert "priced" in json.dumps(costs)
    assert ready.is_clean()


def test_the_first_text_of_a_model_is_made_from_the_code(ready: Repo, provider: FakeProvider) -> None:
    asked = "\n".join(request.prompt for request in provider.requests)
    assert "return words.upper()" in asked
    assert "self.total += price" in asked
    assert '{"keep": true}' not in asked  # what stood there came from no model


def test_who_imports_a_changed_interface_is_shown_what_changed(ready: Repo, provider: FakeProvider) -> None:
    provider.reset()
    ready.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, loud: bool = True)")
    ready.git("commit", "-q", "-am", "Loud or not")
    (shop,) = [part for r in provider.requests for part in r.prompt.split("Task ") if "(src/shop)" in part]
    assert "-src/core/text.py: def shout(words: str) -> str" in shop
    assert "+src/core/text.py: def shout(words: str, loud: bool = True) -> str" in shop
    assert "whisper" not in shop


def test_a_change_that_no_public_line_shows_is_asked_about_briefly(
    ready: Repo, provider: FakeProvider
) -> None:
    ready.replace("src/shop/till.py", "from core.text import", "from core import")
    ready.git("commit", "-q", "-am", "Import the package")
    provider.reset()
    ready.replace("src/core/__init__.py", "import shout", "import shout, whisper")
    ready.replace("src/core/__init__.py", '["shout"]', '["shout", "whisper"]')
    ready.git("commit", "-q", "-am", "Offer more")
    (shop,) = [part for r in provider.requests for part in r.prompt.split("Task ") if "(src/shop)" in part]
    assert "src/core/__init__.py: changed, but not in the public names that it defines" in shop
    assert "Public interface" not in shop  # nothing is written from scratch


def test_a_new_summary_and_the_overview_come_in_one_request(ready: Repo, provider: FakeProvider) -> None:
    provider.reset(Reply(text=lambda body: scripted(body).replace("This is", "Now this is")))
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    ready.git("commit", "-q", "-am", "Whole prices")
    assert provider.calls == 1
    assert "Now this is the summary." in ready.read(SHOP)
    assert "Now this is the overview." in ready.read("docs/repodoc/README.md")
    assert ready.repodoc("check", "--full").returncode == 0


def test_an_overview_that_goes_along_sees_the_new_readme(ready: Repo, provider: FakeProvider) -> None:
    provider.reset(Reply(text=lambda body: scripted(body).replace("This is", "Now this is")))
    ready.replace("README.md", "A small project with two packages.", "A shop and its core.")
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    ready.git("commit", "-q", "-am", "Whole prices")
    assert provider.calls == 1
    assert "A shop and its core." in provider.requests[0].prompt
    assert ready.repodoc("check", "--full").returncode == 0


def test_keep_leaves_the_summary_and_stops_there(ready: Repo, provider: FakeProvider) -> None:
    before = summary(ready, SHOP)
    provider.reset(
        Reply(text=lambda body: json.dumps({k: {"keep": True} for k in answers_for(last_user_text(body))}))
    )
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    ready.git("commit", "-q", "-am", "Whole prices")
    assert provider.calls == 1
    assert summary(ready, SHOP) == before
    assert ready.changed() == [SHOP, "src/shop/till.py"]
    assert ready.repodoc("check").returncode == 0


def test_a_revert_brings_the_pages_back_without_a_call(ready: Repo, provider: FakeProvider) -> None:
    before = ready.git("ls-tree", "-r", "HEAD", "docs")
    ready.replace("src/core/text.py", "words.upper()", "words.title()")
    ready.git("commit", "-q", "-am", "Title case")
    assert ready.git("ls-tree", "-r", "HEAD", "docs") != before
    provider.reset()
    ready.replace("src/core/text.py", "words.title()", "words.upper()")
    ready.git("commit", "-q", "-am", "Capitals again")
    assert provider.calls == 0
    assert ready.git("ls-tree", "-r", "HEAD", "docs") == before


def test_without_the_server_the_commit_succeeds_and_says_so(ready: Repo, provider: FakeProvider) -> None:
    before = summary(ready, SHOP)
    ready.repodoc("server", "stop")
    user_settings("backends: {opencode: {command: /no/such/opencode}}\n")
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    ready.write("src/bank/__init__.py", '"""Keeps the money."""\n')
    ready.git("add", "-A")
    done = ready.run("git", "commit", "-m", "Go on without a model")
    assert "src/shop#summary" in done.stderr
    assert summary(ready, SHOP) == before
    assert "debt summary src/shop/till.py" in ready.read(SHOP)
    assert "> The summary has not seen the present `till.py`." in ready.read(SHOP)
    assert "Keeps the money." in ready.read("docs/repodoc/src/bank/README.md")
    found = ready.repodoc("check")
    assert "summary is owed" in found.stdout
    provider.reset()
    user_settings(f"backends: {{opencode: {{command: {npm_tool('opencode')}}}}}\n")
    ready.repodoc("update")
    assert "debt" not in ready.read(SHOP)
    assert "has not seen" not in ready.read(SHOP)
    # What the text has not seen is shown, although the page's stamps know it.
    # The worker that the commit has woken finds the same text owed: one of the two asks.
    assert sum("int(price)" in request.prompt for request in provider.requests) == 1
