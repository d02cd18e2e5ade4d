"""The user's gateways by name: those that logins made, and those written into the config file, which win."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sunotui.domain.dialect import checked_setting
from sunotui.domain.errors import ConfigError, UnsafeUrl
from sunotui.domain.profile import ENV_PROFILE, Profile, is_profile_name, parse_base_url
from sunotui.domain.proxy import Proxy, parse_proxy
from sunotui.domain.text import clean, decoded
from sunotui.storage.config.toml_file import Table, flag_at, read_config, table_at, text_at, wrong_type
from sunotui.storage.paths import FILE_MODE, AppPaths, make_private, write_private

KNOWN_PROFILE_KEYS = ("base_url", "model", "dialect", "token_command", "allow_http", "proxy")


@dataclass(slots=True)
class _Stored:
    """The content of profiles.json."""

    profiles: dict[str, Profile] = field(default_factory=dict)
    default: str | None = None
    read: Table = field(default_factory=dict)
    """The file as it was read: keys that this version does not know are written again."""


class ProfileStore:
    """All profiles. Reading looks at the files again only when they changed; every method may raise ConfigError."""

    def __init__(self, places: AppPaths) -> None:
        self._places = places
        self._seen: tuple[object, object] | None = None
        self._stored = _Stored()
        self._written: dict[str, Profile] = {}

    def all(self) -> dict[str, Profile]:
        """Every profile by its name, in the order of their names."""
        self._refresh()
        return dict(sorted({**self._stored.profiles, **self._written}.items()))

    def get(self, name: str) -> Profile | None:
        """The profile called `name`."""
        self._refresh()
        return self._written.get(name) or self._stored.profiles.get(name)

    @property
    def default(self) -> str | None:
        """The name of the profile to use when none is named, if it still exists."""
        self._refresh()
        name = self._stored.default
        return name if name is not None and self.get(name) is not None else None

    def put(self, profile: Profile) -> None:
        """Keep a profile. One that the config file writes down stays as it is written there.

        Raises ConfigError when the config file gives that name to another gateway, and ValueError for a profile
        that belongs to the environment.
        """
        if profile.is_from_env or profile.name == ENV_PROFILE or not is_profile_name(profile.name):
            raise ValueError(f"the profile {profile.name} cannot be kept")
        with self._changing() as stored:
            written = self._written.get(profile.name)
            if written is None:
                stored.profiles[profile.name] = profile
            elif written.base_url.origin != profile.base_url.origin:
                raise ConfigError(
                    f"The profile '{profile.name}' is written in {self._places.config_file} with another base URL",
                    advice="Change it there, or take another name",
                )

    def remove(self, name: str) -> None:
        """Forget a profile that a login made; one of the config file stays until its owner takes it out."""
        with self._changing() as stored:
            stored.profiles.pop(name, None)
            if stored.default == name:
                stored.default = None

    def set_default(self, name: str) -> None:
        """Use this profile when none is named. Raises ConfigError when there is none called so."""
        with self._changing() as stored:
            if name not in stored.profiles and name not in self._written:
                raise ConfigError(f"There is no profile '{clean(name)}'")
            stored.default = name

    def _refresh(self) -> None:
        seen = (_stamp(self._places.profiles_file), _stamp(self._places.config_file))
        if seen != self._seen:
            self._stored = _read_stored(self._places.profiles_file)
            self._written = _read_written(self._places.config_file)
            self._seen = seen

    @contextmanager
    def _changing(self) -> Iterator[_Stored]:
        """Read, change and write profiles.json while no other process does."""
        path = self._places.profiles_file
        try:
            make_private(path.parent)
            lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, FILE_MODE)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._refresh()
                stored = replace(self._stored, profiles=dict(self._stored.profiles))
                yield stored
                if stored != self._stored:
                    write_private(path, _stored_json(stored))
                    self._seen = None
            finally:
                os.close(lock)
        except OSError as error:
            raise ConfigError(
                f"{path} could not be written: {error.strerror}", advice="Check the folder's space and permissions"
            ) from error


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def _read_stored(path: Path) -> _Stored:
    try:
        body: Any = json.loads(decoded(path.read_bytes()))
    except FileNotFoundError:
        return _Stored()
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is damaged", advice="Move it away and log in again") from error
    except OSError as error:
        raise ConfigError(f"{path} could not be read: {error.strerror}") from error
    if not isinstance(body, dict):
        raise wrong_type(str(path), "its content", "an object")
    default = text_at(body, "default", str(path)) or None
    return _Stored(_profiles_in(body, path), default, body)


def _read_written(path: Path) -> dict[str, Profile]:
    """Those that a person wrote down: nobody has tried their addresses."""
    return {name: replace(profile, is_tried=False) for name, profile in _profiles_in(read_config(path), path).items()}


def _profiles_in(body: Table, path: Path) -> dict[str, Profile]:
    tables = table_at(body, "profiles", str(path))
    return {name: _profile_of(name, table_at(tables, name, f"{path}: profiles"), path) for name in tables}


def _profile_of(name: str, table: Table, path: Path) -> Profile:
    if not is_profile_name(name) or name == ENV_PROFILE:
        raise ConfigError(f"{path}: '{clean(name)}' cannot name a profile")
    where = f"{path}: profiles.{name}"
    allow_clear = flag_at(table, "allow_http", where, False)
    try:
        base_url = parse_base_url(text_at(table, "base_url", where), allow_clear=allow_clear)
    except UnsafeUrl as refused:
        raise ConfigError(f"{where}: base_url: {refused.what}", advice=refused.advice) from refused
    try:
        dialect = checked_setting(text_at(table, "dialect", where))
    except ConfigError as trouble:
        raise ConfigError(f"{where}: {trouble.what}", advice=trouble.advice) from trouble
    profile = Profile(
        name,
        base_url,
        model=text_at(table, "model", where),
        dialect=dialect,
        token_command=_command_at(table, where),
        allow_clear=allow_clear,
    )
    try:
        return replace(profile, proxy=_proxy_at(table, where))
    except ConfigError as trouble:
        raise ConfigError(f"{where}: proxy: {trouble.what}", advice=trouble.advice) from trouble


def _proxy_at(table: Table, where: str) -> Proxy | None:
    if not isinstance(table.get("proxy", ""), str):
        raise ConfigError("The value must be text in quotes")
    text = text_at(table, "proxy", where)
    return parse_proxy(text) if text else None


def _command_at(table: Table, where: str) -> tuple[str, ...]:
    value = table.get("token_command", [])
    if isinstance(value, str):
        try:
            import shlex

            return tuple(shlex.split(value))
        except ValueError as error:
            raise ConfigError(f"{where}: token_command: {error}".rstrip(".")) from error
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise wrong_type(where, "token_command", "a command in quotes or a list of words")
    return tuple(value)


def _stored_json(stored: _Stored) -> str:
    read: Table = stored.read.get("profiles", {})
    profiles = {
        name: _table_of(profile) | _without(KNOWN_PROFILE_KEYS, read.get(name, {}))
        for name, profile in sorted(stored.profiles.items())
    }
    known = {"default": stored.default or "", "profiles": profiles}
    return json.dumps(known | _without(known, stored.read), indent=2) + "\n"


def _table_of(profile: Profile) -> Table:
    settings = {
        "base_url": str(profile.base_url),
        "model": profile.model,
        "dialect": profile.dialect,
        "token_command": list(profile.token_command),
        "allow_http": profile.allow_clear,
        "proxy": profile.proxy.url if profile.proxy is not None else "",
    }
    return {key: value for key, value in settings.items() if value}


def _without(keys: Collection[str], table: Table) -> Table:
    return {key: value for key, value in table.items() if key not in keys}
