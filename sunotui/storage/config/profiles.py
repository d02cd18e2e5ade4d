"""Stores the profiles of gateways: those that logins create, and those in the config file, which take precedence."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sunotui.domain.errors import ConfigError, UnsafeUrl
from sunotui.domain.gateways.dialect import checked_setting
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, checked_profile, is_profile_name, parse_base_url
from sunotui.domain.gateways.proxy import Proxy, parse_proxy
from sunotui.domain.text import clean, decoded
from sunotui.storage.config.toml_file import Table, command_at, flag_at, read_config, table_at, text_at, wrong_type
from sunotui.storage.paths import FILE_MODE, make_private, write_private

KNOWN_PROFILE_KEYS = ("base_url", "model", "dialect", "token_command", "allow_http", "proxy")


class _Stored:
    """The content of profiles.json."""

    def __init__(self, profiles: dict[str, Profile], default: str | None, read: Table) -> None:
        self.profiles = profiles
        self.default = default
        self.read = read
        """The file as it was read: keys unknown to this version are written back."""


class ProfileStore:
    """All profiles. The files are read again when they have changed. Every method raises ConfigError when a file cannot
    be read or written, or has an invalid value."""

    def __init__(self, profiles_file: Path, config_file: Path) -> None:
        self._profiles_file = profiles_file
        self._config_file = config_file
        self._stamps: tuple[object, object] | None = None
        self._stored = _Stored({}, None, {})
        self._configured: dict[str, Profile] = {}

    def all(self) -> dict[str, Profile]:
        """All profiles by name, sorted."""
        self._refresh()
        return dict(sorted({**self._stored.profiles, **self._configured}.items()))

    def get(self, name: str) -> Profile | None:
        """The profile with this name; None if it does not exist."""
        self._refresh()
        return self._configured.get(name) or self._stored.profiles.get(name)

    @property
    def default(self) -> str | None:
        """The name of the default profile, if it exists."""
        self._refresh()
        name = self._stored.default
        return name if name is not None and self.get(name) is not None else None

    def put(self, profile: Profile) -> None:
        """Save a profile. A profile in the config file is not changed. Raises ConfigError if the config file has
        another gateway under that name, and ValueError for a profile from the environment.
        """
        if profile.is_from_env or profile.name == ENV_PROFILE or not is_profile_name(profile.name):
            raise ValueError(f"the profile {profile.name} cannot be saved")
        with self._changing() as stored:
            configured = self._configured.get(profile.name)
            if configured is None:
                stored.profiles[profile.name] = profile
            elif configured.base_url.origin != profile.base_url.origin:
                raise ConfigError(
                    f"The profile '{profile.name}' is in {self._config_file} with another base URL",
                    advice="Change it there, or choose another name",
                )

    def remove(self, name: str) -> None:
        """Remove a profile that a login created; one in the config file stays until the user removes it there."""
        with self._changing() as stored:
            stored.profiles.pop(name, None)
            if stored.default == name:
                stored.default = None

    def set_default(self, name: str) -> None:
        """Make a profile the default. Raises ConfigError for an unknown name."""
        with self._changing() as stored:
            if name not in stored.profiles and name not in self._configured:
                raise ConfigError(f"There is no gateway '{clean(name)}'")
            stored.default = name

    def _refresh(self) -> None:
        stamps = (_stamp(self._profiles_file), _stamp(self._config_file))
        if stamps != self._stamps:
            self._stored = _read_stored(self._profiles_file)
            self._configured = _read_configured(self._config_file)
            self._stamps = stamps

    @contextmanager
    def _changing(self) -> Iterator[_Stored]:
        """Read, change and write profiles.json under a lock, so that no other process changes it."""
        path = self._profiles_file
        try:
            make_private(path.parent)
            lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, FILE_MODE)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._refresh()
                before = self._stored
                stored = _Stored(dict(before.profiles), before.default, before.read)
                yield stored
                if (stored.profiles, stored.default) != (before.profiles, before.default):
                    write_private(path, _stored_json(stored))
                    self._stamps = None
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
        return _Stored({}, None, {})
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is damaged", advice="Move it away and log in again") from error
    except OSError as error:
        raise ConfigError(f"{path} could not be read: {error.strerror}") from error
    if not isinstance(body, dict):
        raise wrong_type(str(path), "its content", "an object")
    default = text_at(body, "default", str(path)) or None
    return _Stored(_profiles_in(body, path), default, body)


def _read_configured(path: Path) -> dict[str, Profile]:
    """The profiles in the config file; their URLs have not been verified."""
    return {name: profile._replace(is_tried=False) for name, profile in _profiles_in(read_config(path), path).items()}


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
    except UnsafeUrl as error:
        raise ConfigError(f"{where}: base_url: {error.what}", advice=error.advice) from error
    try:
        dialect = checked_setting(text_at(table, "dialect", where))
    except ConfigError as error:
        raise ConfigError(f"{where}: {error.what}", advice=error.advice) from error
    profile = Profile(
        name,
        base_url,
        model=text_at(table, "model", where),
        dialect=dialect,
        token_command=command_at(table, "token_command", where),
        allow_clear=allow_clear,
    )
    try:
        return checked_profile(profile._replace(proxy=_proxy_at(table, where)))
    except ConfigError as error:
        raise ConfigError(f"{where}: proxy: {error.what}", advice=error.advice) from error


def _proxy_at(table: Table, where: str) -> Proxy | None:
    if not isinstance(table.get("proxy", ""), str):
        raise ConfigError("The value must be text in quotes")
    text = text_at(table, "proxy", where)
    return parse_proxy(text) if text else None


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
