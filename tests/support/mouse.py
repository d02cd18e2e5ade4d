"""The mouse of a pseudo-terminal: the reports that terminals send (SGR 1006), and where words are on the screen."""

from __future__ import annotations

from rich.cells import cell_len

from tests.support.pseudo_terminal import PseudoTerminal

WHEEL_UP, WHEEL_DOWN = 64, 65
_DRAG = 32


def find(terminal: PseudoTerminal, words: str, *, last: bool = False) -> tuple[int, int]:
    """The column and the row, from 0, of the first or the last row with these words; waits for them."""
    found: list[tuple[int, int]] = []

    def is_there() -> bool:
        rows = enumerate(terminal.screen.splitlines())
        found[:] = [(cell_len(row[: row.index(words)]), y) for y, row in rows if words in row]
        return bool(found)

    terminal.wait_until(is_there, repr(words))
    return found[-1 if last else 0]


def report(button: int, x: int, y: int, *, is_release: bool = False) -> str:
    """What a terminal sends for a button, or 64 to 67 for a turn of the wheel; 32 is added while the mouse moves."""
    return f"\x1b[<{button};{x + 1};{y + 1}{'m' if is_release else 'M'}"


def click(terminal: PseudoTerminal, x: int, y: int, times: int = 1) -> None:
    """Press and release the left button, quickly if several times."""
    for _ in range(times - 1):
        terminal.type(report(0, x, y) + report(0, x, y, is_release=True))
    terminal.press(report(0, x, y))
    terminal.press(report(0, x, y, is_release=True))


def click_on(terminal: PseudoTerminal, words: str, times: int = 1, *, last: bool = False) -> None:
    """Click on the first or the last row with these words."""
    click(terminal, *find(terminal, words, last=last), times)


def wheel(terminal: PseudoTerminal, x: int, y: int, steps: int = 1) -> None:
    """Turn the wheel down, or up if the steps are negative."""
    for _ in range(abs(steps)):
        terminal.press(report(WHEEL_DOWN if steps > 0 else WHEEL_UP, x, y))


def drag(terminal: PseudoTerminal, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Move the mouse from one cell to another with the left button held."""
    terminal.press(report(0, *start))
    terminal.press(report(_DRAG, (start[0] + end[0]) // 2, (start[1] + end[1]) // 2))
    terminal.press(report(_DRAG, *end))
    terminal.press(report(0, *end, is_release=True))
