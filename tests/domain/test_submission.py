"""The moves of a submission: there is no way back to ready, and no way from refused to accepted."""

from sunotui.domain.submission import MOVES, SubmissionState, may_move


def test_every_state_has_its_moves_and_none_leads_back() -> None:
    assert set(MOVES) == set(SubmissionState)
    for old in SubmissionState:
        assert not may_move(old, SubmissionState.READY)
    assert not may_move(SubmissionState.REJECTED, SubmissionState.ACCEPTED)
    assert not may_move(SubmissionState.READY, SubmissionState.ACCEPTED)
    assert may_move(SubmissionState.UNKNOWN, SubmissionState.ACCEPTED)
