"""The folders and files of the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.version import is_upgradable
from sunotui.storage.paths import make_private


class AppPaths(NamedTuple):
    """The folders of the program and the files in them. It creates nothing."""

    data: Path
    """The folder for the program's data: the library, the event log and the state of the screens."""
    config: Path
    """The folder for the user's configuration: the config file, and the profiles that logins create."""
    cache: Path | None = None
    """The folder for files that can be fetched again; None for a folder in `data`."""

    @property
    def library(self) -> Path:
        """The database of tasks, clips, submissions and drafts; the target of a symbolic link.

        SQLite keeps its log beside the file and not beside the link, and the program's other files must be there, too.
        """
        path = self.data / "library.db"
        return path.resolve() if path.is_symlink() else path

    @property
    def has_old_library(self) -> bool:
        """Whether the library is of an older version, or its upgrade was interrupted."""
        return is_upgradable(self.library)

    @property
    def media_cache(self) -> Path:
        """The folder of the audio files that were played."""
        return (self.cache or self.data / "cache") / "media"

    @property
    def event_log(self) -> Path:
        """The event log, for diagnosis."""
        return self.data / "events.log"

    @property
    def ui_state_file(self) -> Path:
        """What the user chose in the screens, such as the theme and the sizes of panes."""
        return self.data / "ui-state.json"

    @property
    def covers(self) -> Path:
        """The folder of the covers that were shown; it can be deleted at any time."""
        return self.data / "covers"

    @property
    def config_file(self) -> Path:
        """The user's TOML file, which the program never writes."""
        return self.config / "config.toml"

    @property
    def profiles_file(self) -> Path:
        """The profiles that logins created."""
        return self.config / "profiles.json"


def find_paths(environ: Mapping[str, str]) -> AppPaths:
    """The folders from SUNOTUI_DATA_DIR, SUNOTUI_CONFIG_DIR and SUNOTUI_CACHE_DIR; by default those of the operating
    system. With a data folder of its own, the default cache is in that folder."""
    data, config = environ.get("SUNOTUI_DATA_DIR", ""), environ.get("SUNOTUI_CONFIG_DIR", "")
    cache = environ.get("SUNOTUI_CACHE_DIR", "")
    if not (data and config):
        import platformdirs

        cache = cache or ("" if data else platformdirs.user_cache_dir("sunotui", appauthor=False))
        data = data or platformdirs.user_data_dir("sunotui", appauthor=False)
        config = config or platformdirs.user_config_dir("sunotui", appauthor=False)
    return AppPaths(_absolute(data), _absolute(config), _absolute(cache) if cache else None)


def _absolute(folder: str) -> Path:
    return Path(folder).expanduser().absolute()


def kept_demo_paths(environ: Mapping[str, str]) -> AppPaths:
    """The folders for a demo whose library is kept: a private folder in the data folder. Raises OSError if it cannot be
    created."""
    folder = find_paths(environ).data / "demo"
    make_private(folder)
    return AppPaths(folder, folder / "config")
