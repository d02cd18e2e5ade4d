"""What billing knows of the tasks that are likely to end soon."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from sunotui.core.polling.active_submissions import ActiveSubmissions
from sunotui.core.polling.poller import Poller


def test_nothing_is_known_before_the_unfinished_tasks_are_polled() -> None:
    active, poller = ActiveSubmissions(), SimpleNamespace(active_submissions=["s1"])
    active.add("main", cast("Poller", poller))
    assert active.of("main") is None
    active.start()
    assert active.of("main") == ["s1"]
    assert active.of("other") == []
    poller.active_submissions = []
    assert active.of("main") == [], "it is read again each time"
