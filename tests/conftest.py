"""For all tests: one time zone, one directory for all files of a run, and no user settings."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.run_directory import RunDirectory

# A busy machine must not make an example too slow: time is measured by the benchmarks.
settings.register_profile("sunotui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sunotui")

os.environ["TZ"] = "UTC"
time.tzset()

# Every test creates objects in great numbers and keeps few: the default of 700 costs a tenth of the processor time.
gc.set_threshold(20_000, 20, 20)

# The tests start the program hundreds of times: without files of compiled code each start would compile all of it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_RUN = pytest.StashKey[RunDirectory]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Create the directory of the run before the workers start and inherit it."""
    if not RunDirectory.is_set():
        run = config.stash[_RUN] = RunDirectory()
        config.option.basetemp = config.option.basetemp or run.path / "t"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """A process that a test left running fails the run."""
    result = yield
    run = session.config.stash.get(_RUN, None)
    if run is not None and (left := run.left_running()):
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line("Left running by the tests: " + "; ".join(left), red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return result


@pytest.fixture(autouse=True, scope="session")
def _children_receive_signals() -> Iterator[None]:
    """A run in the background, or under nohup, ignores signals, and its child processes would inherit that. An empty
    handler has the same effect on this process and is not inherited by other programs."""
    ignored = [one for one in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP) if signal.getsignal(one) is signal.SIG_IGN]
    for one in ignored:
        signal.signal(one, lambda _signal, _frame: None)
    yield
    for one in ignored:
        signal.signal(one, signal.SIG_IGN)


@pytest.fixture(autouse=True)
def _nothing_stays_frozen() -> Iterator[None]:
    """The program exempts the objects of its start from garbage collection. Here the files that they hold open would
    stay open until the end of the run."""
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.startswith("SUNOTUI_") or name in {"TEXTUAL_LOG", "TMUX", "NO_COLOR", "TEXTUAL_ANIMATIONS"}:
            monkeypatch.delenv(name)
    # Of the terminal that the tests are started in, nothing may change what the screens draw.
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("COLORFGBG", raising=False)
    # Otherwise favourites would be saved among the music of the user who runs the tests.
    monkeypatch.setenv("XDG_MUSIC_DIR", str(tmp_path_factory.getbasetemp() / "music"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Twice as many workers as cores: many tests wait for terminals, processes and clocks. A worker that has nothing
    left takes tests from the others."""
    config.option.dist = "worksteal"
    return (os.cpu_count() or 1) * 2
