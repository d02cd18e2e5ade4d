"""Detects network file systems, on which processes cannot share a write-ahead log (D11)."""

from __future__ import annotations

import os
from pathlib import Path

_KINDS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "glusterfs", "lustre", "davfs"})
WARNING = "The library is on a network disk: use it from one computer at a time"
_MOUNTS = Path("/proc/self/mountinfo")


def is_on_network(folder: Path) -> bool:
    """Whether `folder` is on a network file system; False if the system does not report it. Raises OSError."""
    device = os.stat(folder).st_dev  # noqa: PTH116 - runs at every start, and is faster than Path.stat
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    # Number, parent, device, root, mount point, options, any number of tags, "-", kind, source, options.
    found = [line.partition(" - ")[2].split(" ", 1)[0] for line in lines if line.split(" ", 3)[2:3] == [wanted]]
    return any(kind in _KINDS or kind.startswith("fuse.sshfs") for kind in found)


def journal_mode(folder: Path) -> str:
    """The journal mode of SQLite for a library in `folder`: a write-ahead log (WAL) needs memory shared by all its
    users."""
    return "DELETE" if is_on_network(folder) else "WAL"
