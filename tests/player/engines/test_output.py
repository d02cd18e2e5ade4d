"""The device's thread: only the last request counts, and a failed device is reported once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import miniaudio
import pytest

from sunotui.player.engines import output as output_module
from sunotui.player.engines.output import Output, OutputState, opened, released
from tests.support.waiting import HANG_S, until


class Device:
    """A device that does what it is asked."""

    backend = "Fake"

    def __init__(self, fails_to_start: bool = False) -> None:
        self.calls: list[str] = []
        self.fails_to_start = fails_to_start
        self.gate = threading.Event()
        self.gate.set()

    def start(self, source: Any) -> None:
        self.gate.wait(HANG_S)
        self.calls.append("start")
        if self.fails_to_start:
            raise miniaudio.MiniaudioError("failed to start")

    def stop(self) -> None:
        self.calls.append("stop")

    def close(self) -> None:
        self.calls.append("close")


class Devices:
    """Hands out devices, or fails."""

    def __init__(self) -> None:
        self.waiting: list[Device | None] = []
        self.opened: list[Device] = []
        self.periods: list[int] = []

    def open(self, *, is_null: bool, period_ms: int) -> Device:
        self.periods.append(period_ms)
        device = self.waiting.pop(0) if self.waiting else Device()
        if device is None:
            raise miniaudio.MiniaudioError("failed to init device", -401)
        self.opened.append(device)
        return device


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Devices:
    devices = Devices()
    monkeypatch.setattr(output_module, "opened", devices.open)
    return devices


@pytest.fixture
def reports() -> list[OutputState]:
    return []


@pytest.fixture
def output(devices: Devices, reports: list[OutputState]) -> Iterator[Output]:
    output = Output(lambda count: bytes(count * 4), reports.append, is_null=False)
    yield output
    output.close(HANG_S)


def is_idle(output: Output) -> bool:
    return output.busy_since is None


def test_it_opens_starts_and_stops(output: Output, devices: Devices, reports: list[OutputState]) -> None:
    output.start()
    until(lambda: reports == [OutputState.OPENED, OutputState.STARTED], "the start")
    output.stop()
    until(lambda: reports[2:] == [OutputState.STOPPED], "the stop")
    output.close(HANG_S)
    assert devices.opened[0].calls == ["start", "stop", "close"]


def test_another_period_needs_a_new_device(output: Output, devices: Devices, reports: list[OutputState]) -> None:
    output.use_period(30)
    output.start()
    until(lambda: reports == [OutputState.OPENED, OutputState.STARTED], "the start")
    output.use_period(30)
    output.use_period(20)
    until(lambda: reports[2:] == [OutputState.OPENED, OutputState.STARTED], "the new device")
    assert devices.periods == [30, 20]
    assert devices.opened[0].calls == ["start", "close"]


def start_hanging_device(output: Output, devices: Devices, reports: list[OutputState]) -> Device:
    """Open a device that does not start until its gate is set."""
    device = Device()
    device.gate.clear()
    devices.waiting.append(device)
    output.start()
    until(lambda: reports == [OutputState.OPENED], "the open device")
    return device


def test_only_the_last_request_counts(output: Output, devices: Devices, reports: list[OutputState]) -> None:
    device = start_hanging_device(output, devices, reports)
    for _ in range(50):
        output.stop()
        output.start()
    output.stop()
    assert not is_idle(output)
    device.gate.set()
    until(lambda: is_idle(output), "the device")
    assert device.calls == ["start", "stop"]


def test_no_device_is_reported_once_for_each_try(output: Output, devices: Devices, reports: list[OutputState]) -> None:
    devices.waiting += [None, None]
    output.start()
    until(lambda: reports == [OutputState.FAILED] and is_idle(output), "the failure")
    output.start()
    until(lambda: reports == [OutputState.FAILED] * 2 and is_idle(output), "the failure")
    output.start()
    until(lambda: reports[2:] == [OutputState.OPENED, OutputState.STARTED], "the start")


def test_an_old_device_that_does_not_start_is_replaced(
    output: Output, devices: Devices, reports: list[OutputState]
) -> None:
    old = Device(fails_to_start=True)
    devices.waiting.append(old)
    output.open()
    until(lambda: reports == [OutputState.OPENED] and is_idle(output), "the open device")
    output.start()
    until(lambda: reports[1:] == [OutputState.OPENED, OutputState.STARTED], "the start of a new one")
    assert old.calls == ["start", "close"]


def test_a_new_device_that_does_not_start_is_a_failure(
    output: Output, devices: Devices, reports: list[OutputState]
) -> None:
    devices.waiting += [Device(fails_to_start=True), Device(fails_to_start=True)]
    output.open()
    until(lambda: reports == [OutputState.OPENED] and is_idle(output), "the open device")
    output.start()
    until(lambda: reports[1:] == [OutputState.OPENED, OutputState.FAILED], "the failure")
    assert len(devices.opened) == 2


def test_a_device_that_hangs_is_noticed(output: Output, devices: Devices, reports: list[OutputState]) -> None:
    device = start_hanging_device(output, devices, reports)
    assert output.busy_since is not None
    device.gate.set()
    until(lambda: is_idle(output), "the device")


class Library:
    """The functions in C, with those that close a connection to a sound server."""

    def __init__(self) -> None:
        self.closed: list[object] = []

    def ma_context_uninit(self, context: object) -> None:
        self.closed.append(context)


def test_a_closed_device_closes_its_connection_once(monkeypatch: pytest.MonkeyPatch) -> None:
    library, device = Library(), Device()
    device.__dict__["_context"] = "connection"
    monkeypatch.setattr(output_module, "miniaudio", SimpleNamespace(lib=library))
    released(cast("miniaudio.PlaybackDevice", device))
    released(cast("miniaudio.PlaybackDevice", device))
    assert device.calls == ["close", "close"]
    assert library.closed == ["connection"]


@pytest.mark.parametrize("module", [SimpleNamespace(), SimpleNamespace(lib=object())])
@pytest.mark.parametrize("attributes", [{}, {"_context": "connection"}])
def test_a_device_is_closed_whatever_the_private_names_are(
    module: object, attributes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device()
    device.__dict__.update(attributes)
    monkeypatch.setattr(output_module, "miniaudio", module)
    released(cast("miniaudio.PlaybackDevice", device))
    assert device.calls == ["close"]


def test_the_private_names_of_the_library_are_known() -> None:
    """Fails when miniaudio names the connection of a device differently, so that it stays open."""
    device = opened(is_null=True)
    assert vars(device)["_context"] is not None
    released(device)
    assert vars(device)["_context"] is None
