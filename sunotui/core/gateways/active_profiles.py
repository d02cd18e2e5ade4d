"""The profiles of this run and the current one."""

from __future__ import annotations

from collections.abc import Mapping

from sunotui.core.paths import AppPaths
from sunotui.domain.errors import ConfigError, TokenMissing
from sunotui.domain.gateways.dialect import checked_setting
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.storage.config.profiles import ProfileStore


def stored_profile(paths: AppPaths, name: str) -> Profile | None:
    """The profile with this name, from the config file or an earlier login. Raises ConfigError."""
    return ProfileStore(paths.profiles_file, paths.config_file).get(name)


def is_profile(paths: AppPaths, name: str) -> bool:
    """Whether a profile has this name; the environment's own always has. Raises ConfigError."""
    return name == ENV_PROFILE or stored_profile(paths, name) is not None


class ActiveProfiles:
    """The stored profiles, those for this run only, and the name of the current one."""

    def __init__(self, store: ProfileStore, environ: Mapping[str, str], wanted: str = "") -> None:
        """`wanted` is the name of the profile to use; it takes precedence. Raises UnsafeUrl and ConfigError."""
        self._store = store
        self._wanted = wanted or environ.get("SUNOTUI_PROFILE", "")
        self._extra = _profile_of_environment(environ)
        self.name = ""

    def add(self, profile: Profile) -> None:
        """Add a profile for this run only, such as that of the demo gateway."""
        self._extra[profile.name] = profile

    def named(self, name: str) -> Profile | None:
        """The profile with this name."""
        return self._extra.get(name) or self._store.get(name)

    def all(self) -> dict[str, Profile]:
        """All profiles by name."""
        return {**self._store.all(), **self._extra}

    def at_same_gateway(self, name: str) -> list[str]:
        """The other profiles with the same origin: their keys may spend the same account's money."""
        found = self.named(name)
        if found is None:
            return []
        return [other.name for other in self.all().values() if other.name != name and _same_origin(other, found)]

    def current(self) -> Profile:
        """The current profile. Raises TokenMissing if no profile exists yet."""
        found = self.named(self.name)
        if found is None:
            raise TokenMissing("There is no gateway yet", advice="Log in first", topic="no_profile")
        return found

    @property
    def current_host(self) -> str:
        """The host of the current profile's gateway; empty without a profile."""
        found = self.named(self.name)
        return found.base_url.host if found is not None else ""

    def choose_first(self, configured: str) -> None:
        """Choose the requested profile, that of the environment, the `configured` one, the stored default or the first
        one, in that order. Raises ConfigError if the requested one does not exist.
        """
        if self.name in self._extra:
            return
        if not self._wanted and ENV_PROFILE in self._extra:
            self.name = ENV_PROFILE
            return
        if self._wanted and self.named(self._wanted) is None:
            raise ConfigError(
                f"There is no gateway '{self._wanted}'",
                advice="Log in to create it",
                topic="login_profile",
                subject=self._wanted,
            )
        names = sorted(self._store.all())
        self.name = self._wanted or configured or self._store.default or (names[0] if names else "")


def _same_origin(one: Profile, other: Profile) -> bool:
    return one.base_url.origin == other.base_url.origin


def _profile_of_environment(environ: Mapping[str, str]) -> dict[str, Profile]:
    """The profile defined by SUNOTUI_BASE_URL, SUNOTUI_TOKEN and SUNOTUI_DIALECT.

    Raises UnsafeUrl, and ConfigError for an unknown dialect.
    """
    base_url, token = environ.get("SUNOTUI_BASE_URL", ""), environ.get("SUNOTUI_TOKEN", "")
    if not base_url or not token:
        return {}
    try:
        dialect = checked_setting(environ.get("SUNOTUI_DIALECT", ""))
    except ConfigError as error:
        raise ConfigError(f"SUNOTUI_DIALECT: {error.what}", advice=error.advice) from error
    profile = Profile(ENV_PROFILE, parse_base_url(base_url), dialect=dialect, is_from_env=True, is_tried=False)
    return {ENV_PROFILE: profile}
