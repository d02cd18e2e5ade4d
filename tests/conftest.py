"""What every test stands on: one time zone, and nothing of the person's own settings."""

import os
import signal
import time

import pytest
from hypothesis import HealthCheck, settings

# A busy machine makes neither the program wrong nor an example too slow: time is measured by the benchmarks.
settings.register_profile("sunotui", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sunotui")

# A shell that runs the suite in the background has SIGINT ignored, and programs that tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ["TZ"] = "UTC"
time.tzset()


@pytest.fixture(autouse=True)
def _nothing_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SUNOTUI_") or name in {"TEXTUAL_LOG", "TMUX", "NO_COLOR", "TEXTUAL_ANIMATIONS"}:
            monkeypatch.delenv(name)
