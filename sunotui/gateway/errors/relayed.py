"""Which failures that a relay passes on prove that its user was not charged, by the order of billing in the relays."""

from __future__ import annotations

import re

from sunotui.gateway.parsing.envelope import Envelope

RELAYED_STATUSES = frozenset({500, 503})

_NEW_API_CODE = "fail_to_fetch_task"
_ONE_HUB_CODE = "submit_failed"
_READ = 4_096
"""Characters of a text that are looked at."""
_UNSURE = re.compile(
    r"internal[_ ](?:server[_ ])?error|server error|task failed|\bpanic|_panic\b|time[d ]*[ _-]?out|deadline|超时"
    r"|bad gateway|unavailable|unknown error|context cancell?ed|broken pipe|内部错误|系统错误|系统异常|未知错误|网络"
    r"|do_request_failed|http_request_failed|_response_body_failed|decode_response_failed|insert_task_failed"
    r"|请求上游地址失败|dial tcp|\b(?:post|get) \"?https?:|connection (?:reset|refused)|\beof\b|\b5\d\d [a-z]"
    r"|cannot unmarshal|invalid character|unexpected end of json|\bsuccess|\bok\b|\baccepted|\bsubmitted|\bqueued",
    re.IGNORECASE,
)
"""Words of an upstream that does not know itself whether a task was made, such as Suno-API's 500 after Suno accepted
the song; and words of a success, which one-hub does not recognize in every spelling of its code."""


def proves_upstream_refusal(status: int, envelope: Envelope) -> bool:
    """Whether a relay's failure under RELAYED_STATUSES proves that nothing was made and nothing charged.

    It takes two things. The relay charges nothing for this failure, by its source: new-api gives `fail_to_fetch_task`
    in one place only, where its upstream's whole answer came with another status than 200. The release of April 2025
    charges after a success only; that of August 2026 reserves the price before it asks and returns it on any failure.
    one-hub reserves as well, and undoes it before it answers `submit_failed`, which is a failure that its upstream
    worded under 200. Balances before and after, measured at all three, agree.

    And the upstream itself says no: new-api's message is the upstream's answer, an error object; one-hub's is the
    upstream's own text. A web page, an empty answer or words of an upstream that lost touch with its own upstream are
    no such answer: a private build may have charged for what was made there. Ids are looked for by the caller.
    """
    if status not in RELAYED_STATUSES:
        return False
    if envelope.code == _ONE_HUB_CODE:
        return status == 500 and bool(envelope.text.strip()) and not _is_unsure(envelope)
    return envelope.code == _NEW_API_CODE and _is_refusal(envelope.inner)


def _is_refusal(upstream: Envelope | None) -> bool:
    if upstream is None or not upstream.is_error_object:
        return False
    if upstream.code == _NEW_API_CODE:
        # A relay behind a relay.
        return _is_refusal(upstream.inner)
    return not _is_unsure(upstream)


def _is_unsure(envelope: Envelope) -> bool:
    return _UNSURE.search(f"{envelope.code} {envelope.text}"[:_READ]) is not None
