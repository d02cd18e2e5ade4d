"""B4: the start of sunotui with an empty library, compared with two other Textual programs that are considered fast.
Each has its own environment, which is created once and kept beside the large library, with compiled byte-code. The
first frame is defined in the same way: the panes and the key bar are written.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.b1_start import ANSWER, FRAME, KEY
from tests.benchmarks.big_library import CACHE, empty_library
from tests.benchmarks.pane import Pane
from tests.benchmarks.programs import Programs
from tests.benchmarks.table import Row, Skipped, in_turn

_TARGET = 0.35
_INSTALL_LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program: its package, and text of its first usable frame."""

    name: str
    requirements: tuple[str, ...]
    frame: tuple[str, ...]


_PEERS = (
    # Newer versions of the second one break the first one's start.
    Peer("posting", ("posting==2.11.1", "tree-sitter<0.26"), ("nter a URL", "Collection", "Commands")),
    Peer("harlequin", ("harlequin==2.17.0",), ("Query Editor", "Data Catalog", "Run Query", "Find")),
)


def measure(rounds: int) -> list[Row]:
    """Compare with the faster of them."""
    commands = {peer: _installed(peer) for peer in _PEERS}
    with tempfile.TemporaryDirectory() as folder:
        programs, home = Programs(Path(folder)), Path(folder) / "home"
        home.mkdir()
        data = empty_library(Path(folder) / "empty")
        starts = {peer.name: lambda peer=peer: _seconds(commands[peer], home, peer) for peer in _PEERS}
        times = in_turn(rounds, {**starts, "sunotui": lambda: programs.sunotui(FRAME, KEY, ANSWER, data)[0]})
    medians = {name: statistics.median(found) * 1e3 for name, found in times.items()}
    ours = medians.pop("sunotui")
    note = ", ".join(f"{name} {ms:.0f} ms" for name, ms in medians.items())
    return [Row("B4", "start to usable frame / the faster peer", ours, min(medians.values()), _TARGET, note=note)]


def _seconds(command: Path, home: Path, peer: Peer) -> float:
    with Pane([str(command)], {"HOME": str(home)}) as pane:
        return pane.seconds_to(*peer.frame)


def _installed(peer: Peer) -> Path:
    """The command of the program; the environment is created if it does not exist."""
    CACHE.mkdir(exist_ok=True)
    folder = CACHE / f"{peer.requirements[0].replace('==', '-')}-{sys.version_info.major}.{sys.version_info.minor}"
    done, python = folder / "done", folder / "bin" / "python"
    if not done.exists():
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        try:
            for command in (
                [sys.executable, "-m", "venv", "--clear", str(folder)],
                [str(python), *pip, *peer.requirements],
            ):
                subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_LIMIT_S)
        except (subprocess.SubprocessError, OSError) as error:
            raise Skipped(f"{peer.name} could not be installed: {error}") from None
        # Some packages have files for other Python versions, which cannot be compiled here: this is not an error.
        subprocess.run((python, "-m", "compileall", "-q", folder / "lib"), check=False, capture_output=True)
        done.touch()
    return folder / "bin" / peer.name
