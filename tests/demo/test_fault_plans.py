"""Fault plans: names, places and counts."""

from __future__ import annotations

import pytest

from sunotui.demo.faults import FAULTS, FaultPlan, FaultTarget


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "no-such",
        "slow@nowhere",
        "fail-task@fetch",
        "quota@storage",
        "hostile-text@extra",
        "slow:x",
        "slow:-1",
        "SLOW",
    ],
)
def test_an_invalid_spec_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        FaultPlan([spec])


def test_faults_combine_and_are_counted_separately() -> None:
    plan = FaultPlan(["slow@fetch:1", "quota:2", "slow@submit"])
    assert [plan.triggers("slow", FaultTarget.FETCH) for _ in range(2)] == [True, False]
    assert [plan.triggers("slow", FaultTarget.SUBMIT) for _ in range(2)] == [True, True]
    assert [plan.triggers("quota", FaultTarget.SUBMIT) for _ in range(3)] == [True, True, False]
    assert not plan.triggers("quota", FaultTarget.FETCH)


def test_a_name_alone_applies_to_its_usual_places() -> None:
    for name, fault in FAULTS.items():
        plan = FaultPlan([name])
        assert {place for place in FaultTarget if plan.triggers(name, place)} == fault.usual <= fault.possible
