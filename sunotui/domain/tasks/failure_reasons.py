"""Explains the fail reason of a task in a sentence, shown with the gateway's own text (protocol 4.3, 4.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sunotui.domain.errors import ErrorSource
from sunotui.domain.gateways.money import Refund, RefundState
from sunotui.domain.text import counted

FILTER_WORDS = (
    r"sensitive[_ ]word|content[_ ]policy|moderation|moderated|violat|artist name|copyright|prohibited|敏感|违规|版权"
)
"""Lower-case phrases with which gateways and Suno report that a content filter rejected the text."""

REFUNDED = "Gateways usually give the money of a failed request back"
MAYBE_REFUNDED = "Relays do not always give the money back for this: compare your balance"
NOT_REFUNDED = "The gateway says that it gives no money back"


@dataclass(frozen=True, slots=True)
class FailureReason:
    """Why a task failed: a sentence, a source and advice, as in a SunotuiError."""

    what: str
    source: ErrorSource
    advice: str
    money: str = REFUNDED

    @property
    def sentence(self) -> str:
        """What happened, what to do, and whether the money is refunded, on one line."""
        return self.with_refund(None)

    def with_refund(self, refund: Refund | None) -> str:
        """A copy with the evidence of the balance, which replaces any guess."""
        if refund is None:
            money = self.money
        elif refund.state is RefundState.UNKNOWN:
            money = f"{self.money}. {refund.sentence}"
        else:
            money = refund.sentence
        return f"{self.what}. {self.advice}. {money}."


_AGAIN = "Send it again; if it fails twice, use another model or another gateway"
_LATER = "Wait a while and send it again, or use another gateway"
_PLAYABLE = "Takes with a link may still play; ask the gateway once more later"

_GAVE_UP = "The gateway gave this request up"
_GONE = FailureReason(
    "The gateway took away the upstream that was making this",
    ErrorSource.UPSTREAM,
    "Send it again as a new request: nothing more comes of this one",
    MAYBE_REFUNDED,
)
_REASONS: tuple[tuple[str, FailureReason], ...] = (
    (
        (
            r"获取渠道信息失败|获取供应商失败|渠道已被?(?:禁用|删除)"
            r"|channel info|channel (?:is |was |has been )?(?:deleted|disabled|removed)"
        ),
        _GONE,
    ),
    (
        FILTER_WORDS,
        FailureReason(
            "A filter at Suno or the gateway refused the words",
            ErrorSource.REQUEST,
            "Change the words and send it again",
        ),
    ),
    (
        r"insufficient|not enough (?:credit|quota)|credits? (?:used|exhausted)|payment required|余额|额度|积分",
        FailureReason("The gateway's own account at its upstream has no credit left", ErrorSource.UPSTREAM, _LATER),
    ),
    (
        r"unauthorized|captcha|session (?:expired|invalid)|not logged in|invalid token|未登录|登录",
        FailureReason("The gateway's own login at its upstream has ended", ErrorSource.LOGIN, _LATER),
    ),
    (
        r"too many|\b429\b|queue is full|running jobs|concurren|rate limit|饱和|繁忙|排队",
        FailureReason("The gateway's upstream was full", ErrorSource.UPSTREAM, _LATER),
    ),
    (
        r"too long|too large|maximum length|过长",
        FailureReason("The text is longer than the model takes", ErrorSource.REQUEST, "Shorten it and send it again"),
    ),
    (
        r"invalid[ _]param|invalid value|参数",
        FailureReason(
            "A field of the request has a value that was refused", ErrorSource.REQUEST, "Change it and send it again"
        ),
    ),
    (
        r"time[d ]*[ _-]?out|deadline|超时",
        FailureReason(f"{_GAVE_UP} because it took too long", ErrorSource.UPSTREAM, _PLAYABLE),
    ),
    (
        r"生成失败|generat\w* failed|fail\w* to generat|internal (?:server )?error|server error|\b50[0-4]\b",
        FailureReason("The gateway's upstream failed while making it", ErrorSource.UPSTREAM, _AGAIN),
    ),
)
_RULES = tuple((re.compile(pattern), reason) for pattern, reason in _REASONS)
_MINUTES = re.compile(r"任务超时\D{0,3}(\d{1,5})\s*分钟")
_NO_REFUND = re.compile(r"不[进行予]{0,3}退款|不退|no refund|not refunded")


def failure_reason(fail_reason: str) -> FailureReason | None:
    """The explanation of a fail reason; None for unknown text. The gateway's own text stays visible with it."""
    words = fail_reason.lower()
    is_refused = says_no_refund(fail_reason)
    money = NOT_REFUNDED if is_refused else REFUNDED
    minutes = _MINUTES.search(words)
    if minutes:
        waited = counted(int(minutes[1]), "minute")
        return FailureReason(f"{_GAVE_UP} after {waited}", ErrorSource.UPSTREAM, _PLAYABLE, money)
    for pattern, reason in _RULES:
        if pattern.search(words):
            return replace(reason, money=NOT_REFUNDED) if is_refused else reason
    return None


def says_no_refund(fail_reason: str) -> bool:
    """Whether a fail reason says that there is no refund."""
    return _NO_REFUND.search(fail_reason.lower()) is not None


def failure_lines(fail_reason: str, refund: Refund | None = None) -> tuple[str, ...]:
    """The lines to show with the gateway's own text for a failure: its meaning, and whether the money was refunded."""
    reason = failure_reason(fail_reason)
    if reason is not None:
        return (reason.with_refund(refund),)
    return (f"{refund.sentence}.",) if refund is not None else ()


def whole_takes_line(numbers: Sequence[int]) -> str:
    """A line saying that these takes are complete although another one, or the task, failed; empty without such
    takes."""
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"Take {numbers[0]} is whole: it can be played and kept."
    *most, last = numbers
    return f"Takes {', '.join(map(str, most))} and {last} are whole: they can be played and kept."
