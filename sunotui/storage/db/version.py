"""What the header of a library says: that it is one, and the version of its schema. Imports nothing, since every start
asks."""

from __future__ import annotations

from pathlib import Path

APPLICATION_ID = 0x53554E4F
"""The application id, which identifies a library of sunotui."""
SCHEMA_VERSION = 11
"""The number of migration scripts; a constant, so that an ordinary start does not list them."""
VERSION_AT = 60
"""The offset of user_version in the header of the file."""


def is_upgradable(library: Path, version: int = SCHEMA_VERSION) -> bool:
    """Whether a library is older than `version`, or an upgrade of it has not ended. False where there is no library."""
    try:
        return 0 < version_in(library) < version or upgrade_lock(library).exists()
    except OSError:
        return False


def version_in(library: Path) -> int:
    """The version in the header of the file. Raises OSError."""
    with library.open("rb") as file:
        return int.from_bytes(file.read(VERSION_AT + 4)[VERSION_AT:], "big")


def upgrade_lock(library: Path) -> Path:
    """The file that is beside the library, and locked, while it is upgraded. It stays after an interrupt."""
    return library.with_name(f"{library.stem}.upgrade.lock")
