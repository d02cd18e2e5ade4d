"""Rules that classify a failure by its code word and message, in Chinese, English and other languages: the first match
counts (protocol 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from sunotui.domain.errors import (
    ErrorSource,
    GatewayFailed,
    InsufficientBalance,
    KeyQuotaExceeded,
    ModelNotAllowed,
    NotFound,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TokenLimited,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.domain.tasks.failure_reasons import FILTER_WORDS
from sunotui.gateway.parsing.envelope import Response, read_document


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """The error class of a failure, with its own sentence and advice if those of the class do not fit."""

    error_type: type[SunotuiError]
    what: str = ""
    advice: str = ""
    source: ErrorSource | None = None


WORDS_REFUSED = ErrorClass(
    RequestRejected, "The gateway's filter refused the words", "Change the words and send it again"
)
TOO_LONG = ErrorClass(RequestRejected, "The text is longer than the gateway takes", "Shorten it and send it again")
MAINTENANCE = ErrorClass(GatewayFailed, "The gateway is under maintenance", "Wait an hour and try again")
TOO_OFTEN = ErrorClass(RateLimited, "The gateway was asked too often")
UPSTREAM_FULL = ErrorClass(RateLimited, "The gateway's upstream is full", source=ErrorSource.UPSTREAM)
UPSTREAM_EMPTY = ErrorClass(
    GatewayFailed,
    "The gateway's own account at its upstream has no credit left",
    "Tell your gateway's support, or use another gateway",
    ErrorSource.UPSTREAM,
)
UPSTREAM_FAILED = ErrorClass(GatewayFailed, "The gateway's upstream failed", source=ErrorSource.UPSTREAM)
UPSTREAM_MUTE = ErrorClass(
    GatewayFailed, "The gateway's upstream responded with neither a song nor a reason", source=ErrorSource.UPSTREAM
)


_READ = 4_096
"""The number of characters of a text that are checked."""


class _Source(Enum):
    """The source of the text to which a rule applies: in an upstream's text, money and keys are the gateway's, not the
    user's."""

    GATEWAY = 1
    UPSTREAM = 2
    EITHER = 3


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a message means that matches `pattern`, if it came from `source` with one of `statuses`."""

    pattern: re.Pattern[str]
    error_class: ErrorClass
    source: _Source
    statuses: range


_ANY, _REFUSALS, _FAILURES = range(600), range(400, 500), range(500, 600)
_KEY_REFUSALS, _NOT_FOUND = range(401, 404), range(404, 405)

_KEY_EXPIRED = ErrorClass(
    TokenRejected, "The token has expired", "Make a new key on your gateway's page, then log in again"
)
_KEY_OFF = ErrorClass(
    TokenRejected, "The token is switched off", "Switch it on on your gateway's page, or use another key"
)
_KEY_UNSEEN = ErrorClass(
    TokenRejected, "The gateway saw no token", "Check the base URL: a redirect or proxy may drop the token"
)
_ADDRESS = ErrorClass(
    TokenLimited,
    "This key works from other network addresses only",
    "Add this computer's address on your gateway's page",
)
_CHANNEL = ErrorClass(
    TokenLimited,
    "The gateway took a part of the key for the choice of a channel",
    "Use a key without '-' or '#' inside it",
)
_LOCKED = ErrorClass(TokenLimited, "The gateway has locked the account of this key", "Ask your gateway's support")
_NO_API = ErrorClass(
    TokenLimited, "The account of this key may not use the API", "Ask your gateway's support to allow it"
)
_OTHER_MODEL = "Use another model or another gateway"
_NO_UPSTREAM = ErrorClass(NotSupported, "This gateway has no upstream for that model or action", _OTHER_MODEL)
_UPSTREAM_NO_CHANNEL = ErrorClass(
    NotSupported, "The gateway's upstream has no channel for that model or action", _OTHER_MODEL, ErrorSource.UPSTREAM
)
_UPSTREAMS_FAILED = ErrorClass(
    GatewayFailed, "None of the gateway's upstreams could take it", "Wait, or use another model", ErrorSource.UPSTREAM
)
_PARENT_ADVICE = "Only a take that this gateway made for this account can be continued"
_PARENT_UNKNOWN = ErrorClass(RequestRejected, "The gateway does not know the song that this continues", _PARENT_ADVICE)
_PARENT_MISSING = ErrorClass(
    RequestRejected, "The gateway wants the song id of the take to be continued", _PARENT_ADVICE
)
_PARENT_UNKNOWN_UPSTREAM = ErrorClass(
    RequestRejected,
    "The gateway's upstream does not know the song that this continues",
    "The upstream has ids of its own, so this song cannot be continued here",
    ErrorSource.UPSTREAM,
)
_PARENT_GONE = ErrorClass(
    RequestRejected,
    "The gateway's upstream that made the first song is gone",
    "It cannot be continued here any more",
    ErrorSource.UPSTREAM,
)
_NO_PROMPT = ErrorClass(RequestRejected, "The request has no text", "Write a prompt and send it again")
_BAD_FIELD = ErrorClass(
    RequestRejected, "A field of the request has a form that the gateway cannot read", "Check the fields added by hand"
)
_UNREACHABLE = ErrorClass(GatewayFailed, "The gateway could not reach its upstream", source=ErrorSource.UPSTREAM)
_GARBLED = ErrorClass(GatewayFailed, "The gateway could not read its upstream's response", source=ErrorSource.UPSTREAM)
_NOT_STORED = ErrorClass(GatewayFailed, "The gateway could not store the request that it was given")
_CRASHED = ErrorClass(GatewayFailed, "The gateway's own program crashed")
_OVERLOADED = ErrorClass(GatewayFailed, "The gateway is overloaded", "Wait a few minutes and try again")


_Table = tuple[tuple[str, ErrorClass], ...]

_KEY_AND_MONEY: _Table = (
    (r"令牌.{0,60}额度|token quota|tokenstatusexhausted|pre_consume_token_quota", ErrorClass(KeyQuotaExceeded)),
    (r"insufficient_user_quota|quota_not_enough|user quota|用户额度|剩余额度", ErrorClass(InsufficientBalance)),
    (r"余额不足|额度不足|积分不足|credits? (?:are|is) insufficient|top up", ErrorClass(InsufficientBalance)),
    (
        r"insufficient[_ ](?:quota|balance|credit|fund)|not enough (?:quota|credit|balance)",
        ErrorClass(InsufficientBalance),
    ),
    (r"指定渠道|channel_select", _CHANNEL),
    (r"ip 不在|\bip\b.{0,40}not (?:in|allowed)", _ADDRESS),
    (r"无权(?:访问|使用).{0,8}模型|not supported for current token", ErrorClass(ModelNotAllowed)),
    (r"(?:no access to|not allowed to access) .{0,12}model", ErrorClass(ModelNotAllowed)),
    (r"无权访问|no permission|no access to", ErrorClass(TokenLimited)),
    (r"api requests are not allowed", _NO_API),
    (r"封禁|\bbanned\b|account (?:is |has been )?(?:disabled|suspended|locked)", _LOCKED),
)
_KEY_ITSELF: _Table = (
    (r"令牌已过期|(?:token|key) (?:has |is )?expired|expired (?:token|key)", _KEY_EXPIRED),
    (r"令牌状态不可用|(?:token|key) (?:is |has been )?disabled", _KEY_OFF),
    (r"未提供令牌|no (?:token|api key) provided|missing (?:token|api key|authorization)", _KEY_UNSEEN),
)
_OF_A_KEYS_LIST: _Table = (
    # one-hub: with 503 this text means that no key may use it, with 404 that this key may not.
    (r"provider_not_found", ErrorClass(ModelNotAllowed)),
)
_OF_A_GONE_PARENT: _Table = (
    # Before the rules for "no channel": one-hub also returns this for an extended song's upstream, with
    # provider_not_found.
    (r"task_channel_disable|channel_not_found|渠道已被?(?:禁用|删除)|无效的渠道", _PARENT_GONE),
    (r"\bchannel (?:is |was |has been )?(?:disabled|deleted|removed)", _PARENT_GONE),
)
_OF_AN_UPSTREAM: _Table = (
    (r"model_not_found|provider_not_found|无可用渠道|no available channel", _UPSTREAM_NO_CHANNEL),
    (r"task_origin_not_exist|get_origin_task_failed|origin task not", _PARENT_UNKNOWN_UPSTREAM),
    (r"system_(?:cpu|memory|disk)_overloaded|\boverloaded\b", UPSTREAM_FULL),
)
_UPSTREAMS_MONEY: _Table = ((r"insufficient|not enough|payment required|no credit|余额|额度|积分", UPSTREAM_EMPTY),)
_OF_ANYBODY: _Table = (
    (r"model_not_found|provider_not_found|无可用渠道|no available channel", _NO_UPSTREAM),
    (r"get_channel_failed|可用渠道不存在", _UPSTREAMS_FAILED),
    (r"invalid[_ ]action|invalid url|method not allowed", ErrorClass(NotSupported)),
    (r"task_origin_not_exist|get_origin_task_failed|origin task not", _PARENT_UNKNOWN),
    (r"task_not_exist|task not exist", ErrorClass(NotFound)),
    (r"task[_ ]id is empty", _PARENT_MISSING),
    (r"prompt(?:_| is | cannot be |_is_)empty|empty prompt", _NO_PROMPT),
    (FILTER_WORDS, WORDS_REFUSED),
    (r"负载已饱和|upstream.{0,20}(?:saturated|overloaded|busy)", UPSTREAM_FULL),
    (r"maintenance|维护", MAINTENANCE),
)
_OF_A_REFUSAL: _Table = (
    (r"too long|too large|maximum length|过长", TOO_LONG),
    (r"cannot unmarshal|invalid character|unexpected end of json|invalid json|\beof\b", _BAD_FIELD),
)
_OF_A_FAILURE: _Table = (
    # The reference server quotes Go's error for a request to Suno without a response: Post "https://…": EOF.
    (r"请求上游地址失败|do[_ ]request[_ ]failed|dial tcp|\b(?:post|get) \"https?://", _UNREACHABLE),
    (
        r"_response_body_failed|decode_response_failed|cannot unmarshal|invalid character|unexpected end of json",
        _GARBLED,
    ),
    (r"insert_task_failed", _NOT_STORED),
)
_OF_THE_GATEWAY: _Table = (
    (r"速率|频率|请求数限制|rate limit|frequency|too many requests|too frequent", TOO_OFTEN),
    (r"system_(?:cpu|memory|disk)_overloaded|\boverloaded\b", _OVERLOADED),
    (r"_panic\b|panic detected", _CRASHED),
)
_RULES = tuple(
    _Rule(re.compile(pattern), error_class, source, statuses)
    for table, source, statuses in (
        (_KEY_AND_MONEY, _Source.GATEWAY, _ANY),
        (_KEY_ITSELF, _Source.GATEWAY, _KEY_REFUSALS),
        (_OF_A_KEYS_LIST, _Source.GATEWAY, _NOT_FOUND),
        (_UPSTREAMS_MONEY, _Source.UPSTREAM, _ANY),
        (_OF_A_GONE_PARENT, _Source.EITHER, _ANY),
        (_OF_AN_UPSTREAM, _Source.UPSTREAM, _ANY),
        (_OF_ANYBODY, _Source.EITHER, _ANY),
        (_OF_A_REFUSAL, _Source.EITHER, _REFUSALS),
        (_OF_A_FAILURE, _Source.EITHER, _FAILURES),
        (_OF_THE_GATEWAY, _Source.GATEWAY, _ANY),
    )
    for pattern, error_class in table
)
# The reference server passes an upstream's status line on as its message; one-hub and new-api have markers of their
# own.
_FROM_UPSTREAM = re.compile(r"(?!404 page not found)[1-5]\d\d [a-z][a-z ]*|provider api error:.*", re.DOTALL)
# Messages of unknown builds: "upstream error: …", "the upstream API returned 422", "上游服务返回错误".
_NAMES_UPSTREAM = re.compile(
    r"\bupstream(?:['’]s)?[ _-](?:(?:api|server|service|provider|channel|request)[ _-])?"
    r"(?:error|return|reject|fail|refus|respond|response|said|status|answer)"
    r"|\b(?:from|by) (?:the |its |our )?upstream\b"
    r"|上游(?:服务商?|服务器|接口|渠道|平台)?(?:返回|报错|错误|异常|失败|拒绝)"
)
# The codes of new-api and one-hub for their upstream's response; submit_failed is a failure inside a 200.
_UPSTREAM_CODES = frozenset({"fail_to_fetch_task", "bad_response_status_code", "submit_failed", "upstream_error"})


def is_from_upstream(code: str, text: str) -> bool:
    """Whether the gateway only passed on a failure of its upstream."""
    words = text[:_READ].strip().lower()
    return (
        code.lower() in _UPSTREAM_CODES
        or _FROM_UPSTREAM.fullmatch(words) is not None
        or _NAMES_UPSTREAM.search(words) is not None
    )


def classify_message(words: str, status: int, *, is_upstream: bool) -> ErrorClass | None:
    """The error class for a failure's code word, text and HTTP status; None if no rule matches."""
    words = words[:_READ].lower()
    other = _Source.GATEWAY if is_upstream else _Source.UPSTREAM
    for rule in _RULES:
        if rule.source is not other and status in rule.statuses and rule.pattern.search(words):
            return rule.error_class
    return None


_LONGEST = 8_192
"""The maximum size of such a response in bytes; a longer one has tasks, or is a web page."""
_ABOUT_THE_KEY = frozenset({401, 429})
"""Statuses that concern the key or a limit, whatever the text."""

_TASK = r"(?:tasks?|jobs?|tarea|tarefa|tâche|aufgabe|задач\w{0,2}|任务|任務|タスク|작업)"
_MISSING = (
    r"(?:not[ _-]?(?:be[ _]|been[ _])?(?:found|exist)|n['’]?t (?:be found|exist|find)|isn['’]t there"
    r"|no (?:existe|encontrad[ao])|não (?:existe|encontrad[ao])|introuvable|n['’]existe pas"
    r"|nicht (?:gefunden|vorhanden)|existiert nicht|не (?:найден|существует)"
    r"|不存在|未找到|找不到|没有找到|沒有找到|没找到|查无此|查無此|見つかりません|存在しません|없|찾을 수)"
)
# An id or an article may come between the two, but no other missing thing and no other failure.
_BETWEEN = (
    r"(?:(?!\b(?:fail|error|model|channel|user|token|key|file|upstream|clip|url|path|route|page)|模型|渠道|令牌|用户|失败)"
    r"(?:[^.;，。；\n]|\.(?=\S)))"
)
_NO_SUCH_TASK = re.compile(
    rf"{_TASK}{_BETWEEN}{{0,160}}?{_MISSING}|{_MISSING}{_BETWEEN}{{0,40}}?{_TASK}"
    r"|\b(?:no such|unknown) (?:task|job)\b|\bno (?:task|job)s? (?:with|by|has|was|found|for)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]{0,400}>")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)


def says_no_such_task(response: Response) -> bool:
    """Whether a response to a fetch without a task says that the task is unknown. Of a web page with a success status
    only the title counts: relays send their whole site for an unknown path.
    """
    if len(response.body) > _LONGEST or response.status in _ABOUT_THE_KEY:
        return False
    try:
        texts = list(_texts_in(read_document(response.body)))
    except UnreadableResponse:
        texts = [_words_of(response)]
    return any(_NO_SUCH_TASK.search(text) for text in texts)


def _texts_in(document: object) -> Iterator[str]:
    """All texts of a JSON document, and of the documents that relays put into a text (quirk 20), without keys."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
            if value.lstrip().startswith("{"):
                with suppress(UnreadableResponse):
                    waiting.append(read_document(value.encode("utf-8", "replace")))
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _words_of(response: Response) -> str:
    """The text of a response that is not JSON."""
    words = response.body.decode("utf-8", "replace")
    if not words.lstrip().startswith("<"):
        return words
    title = _TITLE.search(words)
    return _TAG.sub(" ", words) if response.status >= 400 else title[1] if title else ""
