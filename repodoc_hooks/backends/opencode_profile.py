"""The private profile of our OpenCode server: the user's providers and sign-in, nothing else of theirs.

From the user's own configuration only providers and the choice of models are taken over: no plugins, MCP
servers, agents, rules or permissions. The sign-in file is linked, not copied, so that a token that OpenCode
refreshes stays valid for the user's own OpenCode. Version 2 does not read that file, and keeps its sign-in in a
database: the keys of the one come with its settings, of the other it gets a copy (`opencode_credentials`).
History, caches and state live in a private folder that is deleted with the server.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from repodoc_hooks.backends.base import Price
from repodoc_hooks.backends.opencode_bounds import PLUGIN, PLUGIN_FILE, with_bounds
from repodoc_hooks.backends.opencode_credentials import copy_sign_in, state_of
from repodoc_hooks.backends.opencode_variables import needed
from repodoc_hooks.backends.prices import from_catalogue
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.git.process import foreign_env

QUICK_AGENT = "repodoc"
DEEP_AGENT = "repodoc-deep"
# OpenCode's own gateway has free models that anyone may use, and is on by default: source code goes there
# only if the user has chosen it.
_GATEWAY = "opencode"
_TAKEN = ("provider", "model", "enabled_providers", "disabled_providers")
_OF_SECOND = (
    "providers"  # what version 2 calls them in its own form; version 1 refuses a configuration that has them
)
_READ_ONLY = {
    "*": "deny",
    "read": {"*": "allow", "*.env": "deny", "*.env.*": "deny"},
    "grep": "allow",
    "glob": "allow",
    "external_directory": "deny",
}


class Profile(Struct, frozen=True):
    """What a server is started with; `fingerprint` changes when the user's providers or sign-in do.

    `settings` are in the form of version 1, which version 2 reads, too; `providers` in that of version 2. The sign-in
    of version 1 is `auth_file`; of version 2 the user's `database`, and the `keys` of the file, which
    that version does not read in a folder of its own.
    """

    settings: dict[str, Any]
    providers: dict[str, Any]
    auth_file: str
    database: str
    keys: dict[str, str]
    models_file: str
    fingerprint: str

    @property
    def has_provider(self) -> bool:
        """The user's own configuration sets one up; what we say of its models is no setting of it."""
        return bool(self.settings.get("provider")) or any(
            set(each) - {"models"} for each in self.providers.values()
        )


def read_profile(config: OpenCodeConfig, system: str, environ: Mapping[str, str] | None = None) -> Profile:
    """The profile made from the user's OpenCode configuration; `system` is the prompt of our agents."""
    env = dict(os.environ if environ is None else environ)
    home = Path(env.get("HOME") or Path.home())
    settings = _users_settings(env, home)
    native = settings.pop(_OF_SECOND, {})
    auth = Path(env.get("XDG_DATA_HOME") or home / ".local/share") / "opencode" / "auth.json"
    models = _models_file(env)
    chosen = (
        config.model,
        config.deep_model,
        settings.get("model", ""),
        *settings.get("enabled_providers", ()),
    )
    providers = with_bounds(
        native if isinstance(native, dict) else {},
        dict.fromkeys(filter(None, (config.model, config.deep_model, str(settings.get("model") or "")))),
        _interfaces(settings.get("provider"), native, _read_json(models)),
    )
    signed_in = _read_json(auth)
    if _GATEWAY not in signed_in and not any(str(name).split("/")[0] == _GATEWAY for name in chosen):
        settings["disabled_providers"] = [*settings.get("disabled_providers", ()), _GATEWAY]
    settings |= {
        "$schema": "https://opencode.ai/config.json",
        "share": "disabled",
        "autoupdate": False,
        "snapshot": False,
        "lsp": False,
        "formatter": False,
        "compaction": {"auto": False, "prune": False},
        "permission": {"*": "deny"},
        "agent": {
            "title": {"disable": True},
            QUICK_AGENT: {"mode": "primary", "prompt": system, "permission": {"*": "deny"}},
            DEEP_AGENT: {"mode": "primary", "prompt": system, "permission": _READ_ONLY},
        },
    }
    return Profile(
        settings=settings,
        providers=providers,
        auth_file=str(auth) if signed_in else "",
        database=str(auth.with_name("opencode.db")),
        keys={
            name: str(entry["key"])
            for name, entry in signed_in.items()
            if isinstance(entry, dict) and entry.get("type") == "api" and entry.get("key")
        },
        models_file=str(models) if models.is_file() else "",
        fingerprint=_fingerprint(
            [settings, providers, PLUGIN, state_of(auth.with_name("opencode.db"))],
            signed_in,
            env,
            config.command,
        ),
    )


def _interfaces(*sources: Any) -> dict[str, str]:
    """By provider the package that speaks to it, the first source that tells winning."""
    found: dict[str, str] = {}
    for source in sources:
        for name, about in source.items() if isinstance(source, dict) else ():
            package = (about.get("npm") or about.get("package")) if isinstance(about, dict) else None
            if isinstance(package, str) and package:
                found.setdefault(name, package)
    return found


def model_of(config: OpenCodeConfig, *, deep: bool, environ: Mapping[str, str] | None = None) -> str:
    """The model to ask: as configured for the repository, else as the user's own OpenCode configuration says.

    Never the server's own choice: that of version 2 is a gateway in the cloud which is open to all.
    """
    configured = (config.deep_model if deep else "") or config.model
    return configured or str(_settings_of(environ).get("model") or "")


def price_in_catalogue(model: str, environ: Mapping[str, str] | None = None) -> Price | None:
    """The price of a model by the user's own OpenCode configuration, else by OpenCode's list on this machine."""
    provider, _, name = model.partition("/")
    env = dict(os.environ if environ is None else environ)
    listed = _read_json(_models_file(env))
    settings = _settings_of(environ)
    for known in (settings.get("provider"), settings.get(_OF_SECOND), listed):
        about = known.get(provider) if isinstance(known, dict) else None
        models = about.get("models") if isinstance(about, dict) else None
        entry = models.get(name) if isinstance(models, dict) else None
        if isinstance(entry, dict) and (price := from_catalogue(entry.get("cost"))):
            return price
    return None


def _settings_of(environ: Mapping[str, str] | None) -> dict[str, Any]:
    env = dict(os.environ if environ is None else environ)
    return _users_settings(env, Path(env.get("HOME") or Path.home()))


def _models_file(env: Mapping[str, str]) -> Path:
    home = Path(env.get("HOME") or Path.home())
    return Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "opencode" / "models.json"


def prepare(profile: Profile, root: Path, version: tuple[int, ...] = ()) -> None:
    """Lay the profile out under `root`, an empty private folder."""
    for name in ("tmp", "state", "cache/opencode", "data/opencode", "config/opencode/node_modules", "work"):
        (root / name).mkdir(parents=True)
    folder = root / "config" / "opencode"
    second = version >= (2,)
    settings = folder / "opencode.json"
    settings.touch(0o600)
    settings.write_text(json.dumps(_with_keys(profile) if second else profile.settings))
    # OpenCode installs its plugin package into every configuration folder unless this says that it is there.
    lock = {"packages": {"": {"dependencies": {"@opencode-ai/plugin": "*"}}}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    if second:
        if profile.providers:
            native = folder / "opencode.jsonc"
            native.touch(0o600)
            native.write_text(json.dumps({_OF_SECOND: profile.providers}))
        copy_sign_in(Path(profile.database), root / "data" / "opencode" / "opencode.db")
    else:
        (folder / PLUGIN_FILE).parent.mkdir()
        (folder / PLUGIN_FILE).write_text(PLUGIN)
        if profile.auth_file:
            (root / "data" / "opencode" / "auth.json").symlink_to(profile.auth_file)
    if profile.models_file:
        (root / "cache" / "opencode" / "models.json").write_bytes(Path(profile.models_file).read_bytes())


def _with_keys(profile: Profile) -> dict[str, Any]:
    """The settings with the API keys of the sign-in file, where they name none."""
    providers: dict[str, Any] = {name: {"options": {"apiKey": key}} for name, key in profile.keys.items()}
    given = profile.settings.get("provider")
    merged = _merge(providers, given if isinstance(given, dict) else {})
    return {**profile.settings, "provider": merged} if merged else profile.settings


def environment(
    root: Path,
    password: str,
    profile: Profile,
    models: Collection[str] = (),
    environ: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The environment of the server: of the caller's secrets only those of its providers (`models` may be asked),
    and every folder of OpenCode's moved under `root`.
    """
    source = os.environ if environ is None else environ
    home = Path(source.get("HOME") or Path.home())
    catalogue = _read_json(Path(profile.models_file)) if profile.models_file else {}
    settings = {**profile.settings, _OF_SECOND: profile.providers}
    given = needed(foreign_env(source), settings, catalogue, [*models, profile.settings.get("model", "")])
    env = {name: value for name, value in given.items() if not name.startswith("OPENCODE_")}
    # Clouds keep their sign-in under the home directory, which the server does not see.
    for name, place in (
        ("AWS_CONFIG_FILE", ".aws/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
        ("GOOGLE_APPLICATION_CREDENTIALS", ".config/gcloud/application_default_credentials.json"),
    ):
        if name not in env and (home / place).is_file():
            env[name] = str(home / place)
    return env | {
        "HOME": str(root),
        "TMPDIR": str(root / "tmp"),
        "XDG_CONFIG_HOME": str(root / "config"),
        "XDG_DATA_HOME": str(root / "data"),
        "XDG_STATE_HOME": str(root / "state"),
        "XDG_CACHE_HOME": str(root / "cache"),
        "OPENCODE_DISABLE_PROJECT_CONFIG": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_AUTOCOMPACT": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        "OPENCODE_DISABLE_CLAUDE_CODE": "1",
        "OPENCODE_DISABLE_EXTERNAL_SKILLS": "1",
        "OPENCODE_SERVER_PASSWORD": password,
    }


def strip_comments(text: str) -> str:
    """JSON with comments and trailing commas (OpenCode reads those) as plain JSON."""
    token = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
    plain = token.sub(lambda found: found.group() if found.group().startswith('"') else " ", text)
    comma = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])', re.DOTALL)
    return comma.sub(lambda found: "" if found.group() == "," else found.group(), plain)


def _users_settings(env: Mapping[str, str], home: Path) -> dict[str, Any]:
    """What is taken over, later sources winning as in OpenCode."""
    folder = Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "opencode"
    files = [folder / name for name in ("config.json", "opencode.json", "opencode.jsonc")]
    if env.get("OPENCODE_CONFIG"):
        files.append(Path(env["OPENCODE_CONFIG"]).absolute())
    sources = [(_read_text(file), file.parent) for file in files]
    sources.append((env.get("OPENCODE_CONFIG_CONTENT", ""), Path.cwd()))
    merged: dict[str, Any] = {}
    for text, base in sources:
        settings = _parsed(_absolute_files(text, base, home))
        merged = _merge(merged, {name: settings[name] for name in (*_TAKEN, _OF_SECOND) if name in settings})
    return merged


def _absolute_files(text: str, base: Path, home: Path) -> str:
    """`{file:...}` references, which OpenCode takes relative to the file they stand in, made absolute."""

    def absolute(found: re.Match[str]) -> str:
        name = found.group(1).strip()
        path = home / name[2:] if name.startswith("~/") else base / name
        return "{file:" + json.dumps(str(path))[1:-1] + "}"

    return re.sub(r"\{file:([^}]+)\}", absolute, text)


def _merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        both = isinstance(merged.get(name), dict) and isinstance(value, dict)
        merged[name] = _merge(merged[name], value) if both else value
    return merged


def _fingerprint(settings: list[Any], signed_in: dict[str, Any], env: Mapping[str, str], command: str) -> str:
    text = json.dumps(settings, sort_keys=True)
    variables = {name: env.get(name, "") for name in re.findall(r"\{env:([^}]+)\}", text)}
    accounts = {name: entry.get("type") for name, entry in signed_in.items() if isinstance(entry, dict)}
    parts = json.dumps([text, sorted(variables.items()), sorted(accounts.items()), command])
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()


def _read_json(path: Path) -> dict[str, Any]:
    return _parsed(_read_text(path))


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(strip_comments(text))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
