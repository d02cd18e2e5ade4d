"""Why tasks fail: an explanation for the gateway's own text (protocol 4.3, 4.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.errors import ErrorSource
from sunotui.domain.gateways.money import Refund, RefundSource, RefundState
from sunotui.domain.tasks import failure_reasons
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.failure_reasons import (
    NOT_REFUNDED,
    REFUNDED,
    failure_lines,
    failure_reason,
    says_no_refund,
    whole_takes_line,
)
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.domain.text import has_dangerous
from tests.support.regex_alternatives import reached

PLAYABLE = "Takes with a link may still play; ask the gateway once more later."
LATER = "Wait a while and send it again, or use another gateway."
BACK = "Gateways usually give the money of a failed request back."
KEPT = "The gateway says that it gives no money back."

PERHAPS = "Relays do not always give the money back for this: compare your balance."
GAVE_UP = f"The gateway gave this request up because it took too long. {PLAYABLE}"
GONE = "The gateway took away the upstream that was making this. "
GONE += "Send it again as a new request: nothing more comes of this one."
FILTER = "A filter at Suno or the gateway refused the words. Change the words and send it again."
LOGIN = f"The gateway's own login at its upstream has ended. {LATER}"
BROKE = "The gateway's upstream failed while making it. "
BROKE += "Send it again; if it fails twice, use another model or another gateway."

KNOWN = {
    "time out": (ErrorSource.UPSTREAM, f"{GAVE_UP} {BACK}"),
    "任务超时（30分钟）": (
        ErrorSource.UPSTREAM,
        f"The gateway gave this request up after 30 minutes. {PLAYABLE} {BACK}",
    ),
    "任务超时（1分钟）": (ErrorSource.UPSTREAM, f"The gateway gave this request up after 1 minute. {PLAYABLE} {BACK}"),
    "任务超时（旧系统遗留任务，不进行退款，请联系管理员）": (ErrorSource.UPSTREAM, f"{GAVE_UP} {KEPT}"),
    "获取渠道信息失败，请联系管理员，渠道ID：7": (ErrorSource.UPSTREAM, f"{GONE} {PERHAPS}"),
    "Failed to get channel info, channel ID: 7": (ErrorSource.UPSTREAM, f"{GONE} {PERHAPS}"),
    "获取供应商失败，请联系管理员": (ErrorSource.UPSTREAM, f"{GONE} {PERHAPS}"),
    "Song Description contained artist name: adele": (ErrorSource.REQUEST, f"{FILTER} {BACK}"),
    "moderation_failure": (ErrorSource.REQUEST, f"{FILTER} {BACK}"),
    "包含敏感词": (ErrorSource.REQUEST, f"{FILTER} {BACK}"),
    "Insufficient credits.": (
        ErrorSource.UPSTREAM,
        f"The gateway's own account at its upstream has no credit left. {LATER} {BACK}",
    ),
    "401 Unauthorized": (ErrorSource.LOGIN, f"{LOGIN} {BACK}"),
    "hCaptcha required": (ErrorSource.LOGIN, f"{LOGIN} {BACK}"),
    "Too many running jobs.": (ErrorSource.UPSTREAM, f"The gateway's upstream was full. {LATER} {BACK}"),
    "Lyrics too long": (
        ErrorSource.REQUEST,
        f"The text is longer than the model takes. Shorten it and send it again. {BACK}",
    ),
    "[Invalid parameter] Invalid value": (
        ErrorSource.REQUEST,
        f"A field of the request has a value that was refused. Change it and send it again. {BACK}",
    ),
    "生成失败,请重试或联系客服": (ErrorSource.UPSTREAM, f"{BROKE} {BACK}"),
}


@pytest.mark.parametrize("words", KNOWN)
def test_a_known_reason_is_a_sentence(words: str) -> None:
    reason = failure_reason(words)
    assert reason is not None
    assert (reason.source, reason.sentence) == KNOWN[words]


EMPTY = "The gateway's own account at its upstream has no credit left"
ENDED = "The gateway's own login at its upstream has ended"
FULL = "The gateway's upstream was full"
WORDED = {
    "The gateway took away the upstream that was making this": (
        *("获取渠道信息失败", "获取供应商失败", "渠道已被禁用", "渠道已删除", "channel info"),
        *(
            f"channel {verb}{end}"
            for verb in ("is ", "was ", "has been ", "")
            for end in ("deleted", "disabled", "removed")
        ),
    ),
    "A filter at Suno or the gateway refused the words": (
        *(
            "sensitive_word",
            "sensitive word",
            "content_policy",
            "content policy",
            "moderation",
            "moderated",
            "violation",
        ),
        *("artist name", "copyright", "prohibited", "敏感", "违规", "版权"),
    ),
    EMPTY: (
        *("insufficient", "not enough credits", "not enough quota", "credit used", "credits exhausted"),
        *("payment required", "余额", "额度", "积分"),
    ),
    ENDED: (
        *("unauthorized", "captcha", "session expired", "session invalid", "not logged in", "invalid token"),
        *("未登录", "登录"),
    ),
    FULL: (
        *("too many", "HTTP 429", "queue is full", "running jobs", "concurrency", "rate limit", "饱和", "繁忙", "排队"),
    ),
    "The text is longer than the model takes": ("too long", "too large", "maximum length", "过长"),
    "A field of the request has a value that was refused": ("invalid param", "invalid_param", "invalid value", "参数"),
    "The gateway gave this request up because it took too long": (
        *("timeout", "timed out", "time_out", "deadline", "超时"),
    ),
    "The gateway's upstream failed while making it": (
        *("生成失败", "generation failed", "failed to generate", "internal error", "internal server error"),
        *("server error", "HTTP 500", "504"),
    ),
}


@pytest.mark.parametrize(("what", "words"), [(what, words) for what, texts in WORDED.items() for words in texts])
def test_each_pattern_separately(what: str, words: str) -> None:
    for document in (words, words.upper()):
        reason = failure_reason(document)
        assert reason is not None
        assert reason.what == what


def test_every_pattern_has_an_example() -> None:
    for pattern, reason in failure_reasons._RULES:
        texts = [words.lower() for words in WORDED[reason.what]]
        assert [one for one, is_reached in reached(pattern.pattern, texts) if not is_reached] == []


@pytest.mark.parametrize("words", ["不进行退款", "不予退款", "不退款", "本次不退", "no refund", "It is NOT REFUNDED"])
def test_a_stated_lack_of_refund_is_reported(words: str) -> None:
    assert says_no_refund(words)
    reason = failure_reason(f"timeout: {words}")
    assert reason is not None
    assert reason.money == NOT_REFUNDED
    assert not says_no_refund("已退款, refunded")


@pytest.mark.parametrize("words", ["", "hm", "song is sad", "https://a.example/c1.mp3"])
def test_an_unknown_reason_has_no_explanation(words: str) -> None:
    assert failure_reason(words) is None


@given(st.text(max_size=300))
def test_any_text_is_a_reason_or_none(words: str) -> None:
    reason = failure_reason(words)
    assert reason is None or (not has_dangerous(reason.sentence) and len(reason.sentence) < 300)
    assert reason is None or reason.money in {REFUNDED, NOT_REFUNDED}


def test_the_evidence_of_the_balance_replaces_the_guess() -> None:
    (seen,) = failure_lines("生成失败", Refund(RefundState.SEEN, 0.1, "$"))
    assert seen.endswith("Refund seen: $0.10 came back.")
    assert REFUNDED not in seen
    (missing,) = failure_lines("生成失败", Refund(RefundState.NOT_SEEN, 0.1, "$"))
    assert missing.endswith("No refund seen: $0.10 less is left than before it was sent.")
    (unknown,) = failure_lines("生成失败", Refund(RefundState.UNKNOWN))
    assert unknown.endswith(f"{REFUNDED}. The balance does not show whether it was refunded.")
    assert failure_lines("生成失败")[0].endswith(f"{REFUNDED}.")
    assert failure_lines("no luck") == ()
    assert failure_lines("no luck", Refund(RefundState.SEEN, 12_000, "quota")) == (
        "Refund seen: 12,000 quota came back.",
    )


WHOLE = Clip("whole", status=ClipStatus.COMPLETE, audio_url="https://cdn.example/whole.mp3")
BROKEN = Clip("broken", status=ClipStatus.ERROR)
STREAM = Clip("stream", status=ClipStatus.STREAMING, audio_url="https://audiopipe.example/?item_id=x")


@pytest.mark.parametrize(
    ("status", "clips", "line"),
    [
        (TaskStatus.FAILURE, (WHOLE, BROKEN), "Take 1 is whole: it can be played and kept."),
        (TaskStatus.SUCCESS, (BROKEN, WHOLE), "Take 2 is whole: it can be played and kept."),
        (TaskStatus.FAILURE, (WHOLE, BROKEN, WHOLE), "Takes 1 and 3 are whole: they can be played and kept."),
        (TaskStatus.FAILURE, (STREAM, BROKEN), ""),
        (TaskStatus.SUCCESS, (WHOLE, WHOLE), ""),
        (TaskStatus.FAILURE, (), ""),
    ],
)
def test_a_complete_take_of_a_failed_task_is_reported(status: TaskStatus, clips: tuple[Clip, ...], line: str) -> None:
    task = Task("t", "main", TaskKind.MUSIC, status, 0.0, clips=clips)
    assert whole_takes_line(task.whole_takes) == line


def test_the_gateways_own_record_is_named_as_such() -> None:
    (back,) = failure_lines("生成失败", Refund(RefundState.SEEN, source=RefundSource.TASK))
    assert back.endswith("Refunded or never charged, by the gateway's own record of the request.")
