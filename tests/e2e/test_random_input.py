"""Clicks, drags, turns of the wheel and keys at random, faster than screens open and close: it keeps running."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.mouse import report
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui

KEYS = (
    *"jkgGhlwnNxsuvVyYdDbaAe/?*=,.!%123450FLRSTIPJcCmMzZ[]{}()<>fioprtEHKOUBWX ",
    *(
        "\t",
        "\r",
        "\x7f",
        "\x1b[27u",
        "\x1b[27u",
        "\x1b[Z",
        "\x1b[A",
        "\x1b[B",
        "\x1b[C",
        "\x1b[D",
        "\x1b[5~",
        "\x1b[6~",
    ),
    *("\x1b[H", "\x1b[F", "\x1bm", "\x1bOP", "\x1bOQ", "\x1bOR"),
    *(chr(ord(letter) - 96) for letter in "degknprstuvwx"),
)
"""Keys of the list, the dialogs and the composer, but none that quits."""
PAUSES_S = (0, 0, 0.003, 0.01, 0.03, 0.08)
"""Between two bursts: from none to long enough for a screen to open."""
SIZES = ((60, 15), (44, 10), (80, 24), (120, 40))


class _Input:
    """Makes what a user in a hurry sends."""

    def __init__(self, seed: int, columns: int, rows: int) -> None:
        self.rng = random.Random(seed)
        self._columns, self._rows = columns, rows
        self._last = (0, 0)

    def burst(self) -> str:
        """One to three actions at once."""
        return "".join(
            self._mouse() if self.rng.random() < 0.65 else self.rng.choice(KEYS)
            for _ in range(self.rng.choice((1, 1, 1, 2, 3)))
        )

    def _cell(self) -> tuple[int, int]:
        """A cell; often one of the header or the footer."""
        y = self.rng.choice((0, self._rows - 1)) if self.rng.random() < 0.35 else self.rng.randrange(self._rows)
        return self.rng.randrange(self._columns), y

    def _mouse(self) -> str:
        """One action of the mouse, often where the last one was."""
        rng = self.rng
        self._last = x, y = self._last if rng.random() < 0.25 else self._cell()
        press, release = report(0, x, y), report(0, x, y, is_release=True)
        match rng.choices(
            ("click", "clicks", "wheel", "drag", "move", "press", "release", "other"), (50, 12, 13, 10, 7, 2, 2, 4)
        ):
            case ["click"]:
                return press + release
            case ["clicks"]:
                return (press + release) * rng.choice((2, 2, 3))
            case ["wheel"]:
                return report(rng.choice((64, 65, 65, 66, 67)), x, y) * rng.randrange(1, 6)
            case ["drag"]:
                to_x, to_y = self._cell()
                steps = "".join(report(32, x + (to_x - x) * step // 4, y + (to_y - y) * step // 4) for step in range(5))
                return press + steps + report(0, to_x, to_y, is_release=True)
            case ["move"]:
                return report(35, x, y)
            case ["press"]:
                return press
            case ["release"]:
                return release
        other = rng.choice((1, 2, 4, 8, 16))
        return report(other, x, y) + report(other, x, y, is_release=True)


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[PseudoTerminal]]:
    """Terminals that are closed after the test."""
    opened: list[PseudoTerminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def _demo(folder: Path, columns: int, rows: int) -> PseudoTerminal:
    folder.mkdir()
    own = {"HOME": str(folder), "TMPDIR": str(folder), "EDITOR": "true", "VISUAL": "true", "BROWSER": "true"}
    demo = PseudoTerminal(sunotui("--demo"), {**places(folder), **own}, columns=columns, rows=rows, folder=folder)
    demo.wait_for("Help")
    return demo


def _is_suspended(terminal: PseudoTerminal) -> bool:
    return Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _bombard(terminals: list[PseudoTerminal], folder: Path, seed: int, size: tuple[int, int], bursts: int) -> None:
    """Send the given number of bursts. The demo restarts if one of them quits it, and resumes if one suspends it."""
    made, sent = _Input(seed, *size), list[str]()
    demo = _demo(folder / "0", *size)
    terminals.append(demo)
    for number in range(1, bursts + 1):
        if demo.process.poll() is None and _is_suspended(demo):
            demo.process.send_signal(signal.SIGCONT)
        sent.append(made.burst() if number % 60 else "\x1b[27u" * 5)
        demo.type(sent[-1])
        if made.rng.random() < 0.004:
            demo.resize(*made.rng.choice(SIZES))
        time.sleep(made.rng.choice(PAUSES_S))
        if (code := demo.process.poll()) is not None:
            reports = [path.read_text() for path in (folder / str(len(terminals) - 1)).rglob("crash-*.txt")]
            end = bytes(demo.written[-500:])
            assert code == 0, f"after {sent[-25:]} it ended with {code}: {reports}, {end!r}"
            demo, sent = _demo(folder / str(len(terminals)), *size), []
            terminals.append(demo)


@pytest.mark.parametrize("size", SIZES[:3], ids=str)
def test_random_input_does_not_end_the_program(
    terminals: list[PseudoTerminal], tmp_path: Path, size: tuple[int, int]
) -> None:
    """Regression: clicks that were on their way while a list was filtered or a screen closed."""
    _bombard(terminals, tmp_path, 1, size, 150)


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES[:3], ids=str)
@pytest.mark.parametrize("seed", range(2, 6))
def test_much_random_input_does_not_end_the_program(
    terminals: list[PseudoTerminal], tmp_path: Path, seed: int, size: tuple[int, int]
) -> None:
    _bombard(terminals, tmp_path, seed, size, 2_000)
