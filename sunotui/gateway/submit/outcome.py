"""Determines the outcome of a submission: accepted, rejected or unknown. Every response has an outcome (S3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sunotui.domain.errors import Charge, SunotuiError, UnreadableResponse
from sunotui.domain.tasks.clip import Clip
from sunotui.gateway.endpoints import is_usable_id
from sunotui.gateway.errors.mapping import error_from_response, request_id_of
from sunotui.gateway.parsing.clips import clips_of, is_raw_clip
from sunotui.gateway.parsing.envelope import SUCCESS_STATUSES, Envelope, open_envelope, read_document
from sunotui.gateway.transport.redaction import head_of, masked

UNKNOWN_ADVICE = "Look for a new song on your gateway's page before you send it again"
HINT_ADVICE = "The response names an id: look whether it is the new song before you send it again"
MOST_HINTS = 4

_TASK_IDS = ("task_id", "taskId")
_NUMERIC_IDS_END = 10**40
_PROVING_STATUSES = frozenset({400, 401, 402, 403, 404, 413, 422, 429, 430, 455})
_NO_CHANNEL_CODES = frozenset({"model_not_found", "provider_not_found"})
_OVERLOADED_CODES = frozenset({"system_cpu_overloaded", "system_memory_overloaded", "system_disk_overloaded"})
"""Codes of new-api's own load check (2026), which precedes its billing and any upstream."""
_PARENT_CODE = "get_origin_task_failed"
"""one-hub's code, with status 500, if it does not find the task to continue: it checks this before it charges."""
_ID_KEYS = r"task_?id|id|data|result|clip_?id|lyrics_request_id"
_ID_IN_TEXT = re.compile(
    rf'"(?:task_?id|clip_?id)"\s*:\s*"([!#-\[\]-~]{{1,128}})"'
    rf'|"(?:{_ID_KEYS})"\s*:\s*(?:"([A-Za-z0-9_-]{{8,128}})"|(\d{{8,40}})\b)',
    re.IGNORECASE,
)
# An id by its form, anywhere: a UUID, 32 hex digits, or new-api's own (protocol 3.2).
_ID_BY_LOOK = re.compile(
    r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|task_[A-Za-z0-9]{16,64})\b", re.IGNORECASE
)
_NO_TASKS_ID = re.compile(
    r'"(?!lyrics_)[a-z_-]{0,20}(?:request|trace)[_-]?id"\s*:\s*"[^"]*"|\b(?:request|trace)[ _-]?id\s*[:=]\s*[\w-]+',
    re.IGNORECASE,
)
_NESTED_QUOTE = re.compile(r'\\{1,7}"')
_WORD_OF_ORDER = re.compile(r"[A-Za-z0-9_-]+")
_MOST_SEARCHED = 65_536
"""The maximum number of bytes of a response that are searched for ids; a longer one proves no rejection."""
_NO_CHANNEL_TEXT = re.compile(r"无可用渠道|no available channel", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway accepted the submission and gave the task an id."""

    task_id: str
    clips: tuple[Clip, ...] = ()
    """Clips that came with the acceptance (stems, upload_extend); usually none yet."""
    request_id: str = ""
    answer: str = ""
    """The beginning of the response, sanitized; as in the other outcomes."""
    http_status: int = 200


@dataclass(frozen=True, slots=True)
class Rejected:
    """Proof that nothing was accepted, so nothing was charged."""

    error: SunotuiError
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The submission may have been accepted and charged. Only the user resolves it (S4)."""

    error: SunotuiError
    answer: str = ""
    hints: tuple[str, ...] = ()
    """Ids in the response, one of which may be the paid task's."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The gateway returned the result itself, or reported that it is in progress; there is no task."""

    result: str
    """The text of the result, read by `read_result`; empty while it is in progress."""
    request_id: str = ""
    answer: str = ""
    http_status: int = 200


Outcome = Accepted | Delivered | Rejected | Unknown


def outcome_of_response(
    status: int, headers: Mapping[str, str], body: bytes, *, secret: str = "", ordered: str = ""
) -> Outcome:
    """The outcome of a response to a submission. Never raises, whatever the bytes.

    Accepted is 200, 201 or 202 with exactly one JSON document that means success and has a usable id. Rejected is one
    of the statuses with which a gateway refuses before it charges, with a well-formed error object; and 503 with a
    well-formed "no channel for this model" or "overloaded", which relays return before they call any upstream (protocol
    5, "safe to repeat"); and one-hub's 500 for an unknown parent task; and an upstream's own rejection that a relay
    passes on with 500 or 503 (`proves_upstream_refusal`). 430 ("call frequency too high") and 455 ("under maintenance")
    of sunoapi-like gateways are among those statuses: their documentation lists them with 413 and 429 as responses to a
    request that was not accepted, with `data` null, and no other server uses these numbers. Only as the HTTP status: as
    a number in `code` with status 200 they prove nothing, since no documentation says that such a build returns them
    before it charges. Everything else is unknown: an empty 200 is a paid job at one-hub (G3), a 5xx may follow an
    accepted task (G5, G6), and no known gateway rejects a submission with a failure envelope and status 200, 201 or
    202. A rejection that contains an id proves nothing either, unless the id is in `ordered`, the sent payload: then it
    is not that of a new task.
    """
    head = head_of(body, secret)
    envelope = _envelope_of(body)
    if envelope is not None and status in SUCCESS_STATUSES and not envelope.is_failure:
        clips = _clips_in(envelope)
        task_id = _task_id_in(envelope)
        if task_id == "" and clips:
            # Then only the feed can report it (protocol 3.2).
            task_id = clips[0].id
        # The user's own token is not an id: after redaction, nothing would be left to fetch.
        if task_id and not (secret and secret in task_id):
            names = {name.lower(): value for name, value in headers.items()}
            return Accepted(task_id, clips, request_id_of(names, secret), head, status)
    return outcome_of_failure(status, headers, body, secret=secret, ordered=ordered)


def outcome_of_failure(
    status: int, headers: Mapping[str, str], body: bytes, *, secret: str = "", ordered: str = ""
) -> Rejected | Unknown:
    """The outcome of a response that is not an acceptance: a proven rejection, or unknown. Never raises."""
    head = head_of(body, secret)
    envelope = _envelope_of(body)
    error = error_from_response(status, headers, body, secret=secret)
    hints = _hints_in(body, secret, ordered)
    is_searched = len(body) <= _MOST_SEARCHED
    if envelope is not None and is_searched and not hints and _proves_refusal(status, envelope):
        return Rejected(error, head)
    return unknown(error, head, hints)


def _envelope_of(body: bytes) -> Envelope | None:
    try:
        return open_envelope(read_document(body))
    except UnreadableResponse:
        return None


def unknown(error: SunotuiError, head: str = "", hints: tuple[str, ...] = ()) -> Unknown:
    """An unknown outcome. Its advice never suggests to send it again immediately, which may be charged twice."""
    error.charge = Charge.MAYBE
    error.advice = HINT_ADVICE if hints else UNKNOWN_ADVICE
    return Unknown(error, head, hints)


def looks_like_id(text: str) -> bool:
    """Whether a text is an id in one of the known forms and nothing else."""
    return _ID_BY_LOOK.fullmatch(text) is not None


def _hints_in(body: bytes, secret: str, ordered: str) -> tuple[str, ...]:
    """The possible ids of a new task in a response of unknown form, which must not be lost; also in an upstream's whole
    JSON response that a relay put into its message (quirk 20)."""
    text = _NESTED_QUOTE.sub('"', body[:_MOST_SEARCHED].decode("utf-8", "replace"))
    text = _NO_TASKS_ID.sub("", text)
    found = [next(filter(None, groups)) for groups in _ID_IN_TEXT.findall(text)]
    if not text.lstrip().startswith("<"):
        found += _ID_BY_LOOK.findall(text)
    known = _WORD_OF_ORDER.findall(ordered)
    return tuple(dict.fromkeys(hint for hint in found if hint not in known and masked(hint, secret) == hint))[
        :MOST_HINTS
    ]


def _proves_refusal(status: int, envelope: Envelope) -> bool:
    if not envelope.is_error_object:
        return False
    if proves_upstream_refusal(status, envelope):
        return True
    if status == 500:
        return envelope.code == _PARENT_CODE
    if status == 503:
        # Without a code it can only be the relay's own error object; a text that a relay passed on comes with a code.
        has_text = not envelope.code and _NO_CHANNEL_TEXT.search(envelope.text[:4_096]) is not None
        return envelope.code in _NO_CHANNEL_CODES | _OVERLOADED_CODES or has_text
    return status in _PROVING_STATUSES


def _task_id_in(envelope: Envelope) -> str | None:
    """The id in one of the forms of protocol 3.2, as text: a string, or an integer of up to 40 digits. Empty if there
    is no id field, so that a clip may be used instead; None for an invalid id, such as a float, which may have lost
    digits.
    """
    document = envelope.document
    if not isinstance(document, dict):
        return ""
    found = envelope.payload
    if isinstance(found, list):
        return ""
    if found is None:
        # No envelope: Suno's own {id?, clips[]}, or the task itself.
        names = (*_TASK_IDS, "id") if isinstance(document.get("clips"), list) else _TASK_IDS
        found = _first(document, names)
    elif isinstance(found, dict):
        found = _first(found, _TASK_IDS if is_raw_clip(found) else (*_TASK_IDS, "id"))
    if found is None:
        return ""
    if isinstance(found, int) and not isinstance(found, bool) and 0 < found < _NUMERIC_IDS_END:
        return str(found)
    return found if isinstance(found, str) and is_usable_id(found) else None


def _first(item: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((item[name] for name in names if item.get(name) is not None), None)


def _clips_in(envelope: Envelope) -> tuple[Clip, ...]:
    """The clips of a response in Suno's own form: under `clips`, as a bare list, or one alone."""
    for holder in (envelope.payload, envelope.document):
        if isinstance(holder, dict) and isinstance(holder.get("clips"), list):
            return clips_of(holder["clips"])
        raw = holder if isinstance(holder, list) else [holder]
        if raw and all(is_raw_clip(item) for item in raw):
            return clips_of(raw)
    return ()


RELAYED_STATUSES = frozenset({500, 503})

_NEW_API_CODE = "fail_to_fetch_task"
_ONE_HUB_CODE = "submit_failed"
_READ = 4_096
"""The number of characters of a text that are checked."""
_UNSURE = re.compile(
    r"internal[_ ](?:server[_ ])?error|server error|task failed|\bpanic|_panic\b|time[d ]*[ _-]?out|deadline|超时"
    r"|bad gateway|unavailable|unknown error|context cancell?ed|broken pipe|内部错误|系统错误|系统异常|未知错误|网络"
    r"|do_request_failed|http_request_failed|_response_body_failed|decode_response_failed|insert_task_failed"
    r"|请求上游地址失败|dial tcp|\b(?:post|get) \"?https?:|connection (?:reset|refused)|\beof\b|\b5\d\d [a-z]"
    r"|cannot unmarshal|invalid character|unexpected end of json|\bsuccess|\bok\b|\baccepted|\bsubmitted|\bqueued",
    re.IGNORECASE,
)
"""Messages of an upstream for which it is itself unknown whether a task was created, such as Suno-API's 500 after Suno
accepted the song; and messages of a success, which one-hub does not recognize in every form."""


def proves_upstream_refusal(status: int, envelope: Envelope) -> bool:
    """Whether a relay's failure with one of RELAYED_STATUSES proves that nothing was created and nothing charged. It
    has two conditions. First, the relay charges nothing for this failure, according to its source: new-api returns
    `fail_to_fetch_task` in one case only, if its upstream's response was complete and had another status than 200. The
    release of April 2025 charges only after a success; that of August 2026 reserves the price before its request and
    returns it on any failure. one-hub reserves it, too, and releases it before it returns `submit_failed`, which is a
    failure that its upstream reported with status 200. Balances before and after, measured at all three, confirm this.

    Second, the upstream itself rejected the request: new-api's message is the upstream's response, an error object;
    one-hub's is the upstream's own text. A web page, an empty response or a message of an upstream that lost the
    connection to its own upstream does not count: a private build may have charged for a task created there. The caller
    searches for ids.
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
