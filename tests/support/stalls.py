"""What the watchdog of `watched_sunotui` wrote down, and what of it is a fault (T8)."""

from pathlib import Path

VARIABLE = "STALLS_OF_THIS_TEST"
"""Names the file, in the environment of the program that is watched."""
WATCHING = "watching"
"""The first line of a program whose start is over."""
LIMIT_S = 0.05
LOADING = ("_find_and_load", "_load_screen_css")
"""In the stack of a callback that loads a module or reads a style sheet for the first time. Such a one happens once in
a run, and may take twice as long: the start puts off what its first frame does not need."""


RESIZING = "_on_resize"
"""Textual styles and lays out everything anew for another size, none of which is ours to shorten."""


def stalls_file(folder: Path) -> Path:
    """Where the programs of one test write them."""
    return folder / "stalls"


def assert_never_held(folder: Path, limit_s: float = LIMIT_S) -> int:
    """No callback computed for longer than `limit_s` in any program that was watched; how many programs that were.

    Judged is the processor time of the screens' own thread. By the clock the same callback takes as long as the other
    processes of a busy machine let it: that says nothing of us, and is only written down beside it.
    """
    file = stalls_file(folder)
    lines = file.read_text().splitlines() if file.exists() else []
    stalls = [(float(line.split()[0]), line) for line in lines if line != WATCHING and RESIZING not in line]
    held = [
        line
        for computed_s, line in stalls
        if computed_s > limit_s * (2 if any(word in line for word in LOADING) else 1)
    ]
    assert not held, "\n".join(["The screen was held (seconds computed, seconds taken, where):", *held])
    return lines.count(WATCHING)
