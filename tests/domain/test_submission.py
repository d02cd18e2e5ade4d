"""The transitions of a submission: none back to ready, and none from rejected to accepted."""

from __future__ import annotations

from sunotui.domain.submission import TRANSITIONS, SubmissionState, can_transition


def test_every_state_has_its_transitions_and_none_leads_back() -> None:
    assert set(TRANSITIONS) == set(SubmissionState)
    for old in SubmissionState:
        assert not can_transition(old, SubmissionState.READY)
    assert not can_transition(SubmissionState.REJECTED, SubmissionState.ACCEPTED)
    assert not can_transition(SubmissionState.READY, SubmissionState.ACCEPTED)
    assert can_transition(SubmissionState.UNKNOWN, SubmissionState.ACCEPTED)
