from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.storage.event_log import EventLog

SECRET = "sk-CANARYcanary0123456789"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "events.log"


@pytest.fixture
def log(path: Path) -> Iterator[logging.Logger]:
    handler = EventLog(path, size_limit=2_000)
    handler.attach("sunotui.tests")
    logger = logging.getLogger("sunotui.tests")
    yield logger
    handler.detach("sunotui.tests")
    logger.setLevel(logging.NOTSET)


def test_a_record_is_one_private_line(log: logging.Logger, path: Path) -> None:
    log.warning("the poller of %s failed", "home")
    assert path.stat().st_mode & 0o777 == 0o600
    (line,) = path.read_text().splitlines()
    assert line.endswith("Z warning sunotui.tests: the poller of home failed")
    assert line[4] == "-"


def test_hostile_text_is_sanitized_and_truncated(log: logging.Logger, path: Path) -> None:
    log.info("title \x1b]0;HACKED\x07 two\nlines \u202e %s", "x" * 100_000)
    (line,) = path.read_text().splitlines()
    assert len(line) < 400
    assert not {"\x1b", "\x07", "\u202e"} & set(line)


@pytest.mark.parametrize(
    "message",
    [f"Authorization: Bearer {SECRET}", f"bearer {SECRET}", f"token={SECRET}", f"the key {SECRET} was refused"],
)
def test_a_token_is_never_logged(log: logging.Logger, path: Path, message: str) -> None:
    log.error(message)
    assert "CANARY" not in path.read_text()
    assert "[hidden]" in path.read_text()


def test_an_exception_is_logged_by_type_and_location_only(log: logging.Logger, path: Path) -> None:
    token = SECRET
    try:
        raise ValueError(f"Illegal header value {token}")
    except ValueError:
        log.exception("it failed")
    (line,) = path.read_text().splitlines()
    assert "ValueError at test_event_log:" in line
    assert "CANARY" not in line


def test_the_log_stays_small(log: logging.Logger, path: Path) -> None:
    for number in range(200):
        log.info("event %d %s", number, "x" * 100)
    older = path.with_name("events.log.1")
    assert {entry.name for entry in path.parent.iterdir()} <= {"events.log", "events.log.1"}
    assert older.stat().st_size < 2_500
    assert older.stat().st_mode & 0o777 == 0o600
    last = older if not path.exists() else path
    assert "event 199 " in last.read_text()


def test_a_failing_disk_and_a_bad_message_are_harmless(
    log: logging.Logger, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir()
    path.mkdir()
    log.error("lost")
    path.rmdir()
    # Emitted directly: the test runner's own handler is stricter about messages.
    EventLog(path).handle(logging.makeLogRecord({"msg": "%d", "args": ("no number",), "levelno": logging.ERROR}))
    log.error("heard")
    assert capfd.readouterr() == ("", "")
    assert len(path.read_text().splitlines()) == 1


def test_a_link_at_its_path_is_not_followed(log: logging.Logger, path: Path) -> None:
    target = path.parent.parent / "precious"
    target.write_text("precious")
    path.parent.mkdir()
    path.symlink_to(target)
    log.error("x")
    assert target.read_text() == "precious"


def test_nothing_is_logged_after_detaching(path: Path) -> None:
    handler = EventLog(path)
    handler.attach("sunotui.tests")
    handler.detach("sunotui.tests")
    logging.getLogger("sunotui.tests").error("x")
    assert not path.exists()
