"""Messages in the footers: each stays long enough to be read."""

from __future__ import annotations

from typing import cast

from sunotui.core.core import Core
from sunotui.tui.feedback.status import Notice, Status


def shown(status: Status) -> str:
    return status.notice.text if status.notice is not None else ""


def test_a_message_waits_until_the_previous_one_could_be_read() -> None:
    status = Status(cast(Core, None))
    for number, at in enumerate((100.0, 100.5, 101.0)):
        status.show_notice(Notice(f"Song {number}: done", arrived_at=at))
    assert (shown(status), status.next_event_in_s(101.0)) == ("Song 0: done", 1.0)
    status.show_next_event(101.0)
    assert shown(status) == "Song 0: done"
    status.show_next_event(102.0)
    assert (shown(status), status.next_event_in_s(102.0)) == ("Song 1: done", 2.0)
    status.show_next_event(104.0)
    assert (shown(status), status.next_event_in_s(104.0)) == ("Song 2: done", None)


def test_important_messages_and_the_outcome_of_a_key_are_shown_at_once() -> None:
    status = Status(cast(Core, None))
    status.show_notice(Notice("Song: done", arrived_at=100.0))
    status.show_notice(Notice("No refund seen", "warning", arrived_at=100.1))
    assert shown(status) == "No refund seen"
    status.show_notice(Notice("Label removed"))
    assert (shown(status), status.next_event_in_s(100.2)) == ("Label removed", None)
