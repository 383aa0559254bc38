"""What `doctor` asks of the servers that the settings name."""

from __future__ import annotations

import json

from tests.backends.conftest import Served
from tests.isolation import user_settings
from tests.repos import Repo


def test_doctor_asks_each_server_with_its_own_password(project: Repo, shared_server: Served) -> None:
    at = shared_server.state.url.removeprefix("http://")
    urls = f"['http://opencode:$PW_ONE@{at}', 'http://opencode:$PW_TWO@{at}']"
    project.write(".repodoc.yaml", "backends: {order: [opencode]}\n")
    user_settings(f"backends: {{opencode: {{urls: {urls}}}}}\n")
    env = {"PW_ONE": shared_server.state.password, "PW_TWO": "not-this-one"}
    done = project.repodoc("doctor", "--json", check=False, env=env)
    found = [f for f in json.loads(done.stdout)["findings"] if f["check"] == "opencode"]
    assert [f["level"] for f in found] == ["ok", "error", "warning"]
    assert "names a model" in found[2]["text"]
    assert "refuses the password" in found[1]["text"]
    assert "PW_TWO" in found[1]["fix"]
    assert not any(secret in done.output for secret in env.values())
