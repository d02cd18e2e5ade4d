"""What the words of a failure mean, gateway by gateway (protocol 5): one table, the first match counts."""

import re
from dataclasses import dataclass

from sunotui.domain.errors import (
    AccountEmpty,
    GatewayFailed,
    GatewayLoginLost,
    KeyQuotaSpent,
    NotFound,
    NotOffered,
    RequestRefused,
    TimedOut,
    TokenLimited,
    TokenRefused,
    TooFast,
    Trouble,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Which trouble a failure is, with words of its own where the class's do not fit."""

    trouble: type[Trouble]
    what: str = ""
    advice: str = ""


_CHANNEL_CHOICE = "A '-' or '#' inside a key picks a channel on some gateways: use a key without it"
_PARENT_ADVICE = "Only a clip that this gateway made for this account can be continued"
_PARENT_UNKNOWN = Meaning(RequestRefused, "The gateway does not know the task that this continues", _PARENT_ADVICE)
_PARENT_GONE = Meaning(
    RequestRefused, "The gateway's account that made the first song is gone", "It cannot be continued here any more"
)
_WORDS_REFUSED = Meaning(RequestRefused, "The gateway's filter refused the words", "Change the words and send it again")

# About the user's own key and money; meaningless in text that a relay passed on from its upstream.
_OWN: tuple[tuple[str, Meaning], ...] = (
    (r"令牌额度|token quota|tokenstatusexhausted|pre_consume_token_quota", Meaning(KeyQuotaSpent)),
    (r"insufficient_user_quota|quota_not_enough|user quota|用户额度|剩余额度|余额不足|额度不足", Meaning(AccountEmpty)),
    (r"insufficient[_ ](?:quota|balance|credit|fund)|not enough (?:quota|credit|balance)", Meaning(AccountEmpty)),
    (r"指定渠道|channel_select", Meaning(TokenLimited, advice=_CHANNEL_CHOICE)),
    (r"ip 不在|ip .*not (?:in|allowed)|无权访问|no access to|no permission to access", Meaning(TokenLimited)),
    (r"not supported for current token|api requests are not allowed", Meaning(TokenLimited)),
)
_ANYBODY: tuple[tuple[str, Meaning], ...] = (
    (r"model_not_found|provider_not_found|无可用渠道|no available channel", Meaning(NotOffered)),
    (r"invalid[_ ]action|invalid url", Meaning(NotOffered)),
    (r"task_origin_not_exist|get_origin_task_failed|origin task not", _PARENT_UNKNOWN),
    (r"task_channel_disable|channel_not_found|渠道已被禁用", _PARENT_GONE),
    (r"task_not_exist|task not exist", Meaning(NotFound)),
    (r"sensitive[_ ]word|content[_ ]policy|moderation|violat", _WORDS_REFUSED),
)
_OWN_RULES = tuple((re.compile(pattern), meaning) for pattern, meaning in _OWN)
_ANYBODY_RULES = tuple((re.compile(pattern), meaning) for pattern, meaning in _ANYBODY)

# The reference server passes an upstream's status line on as its message; one-hub and new-api have marks of their own.
_FROM_UPSTREAM = re.compile(r"[1-5]\d\d [a-z][a-z ]*|provider api error:.*", re.DOTALL)
_UPSTREAM_CODE = "fail_to_fetch_task"
_UPSTREAM_EMPTY = Meaning(GatewayFailed, "The gateway's own Suno account has no credit left")

_BY_STATUS: dict[int, Meaning] = {
    401: Meaning(TokenRefused),
    402: Meaning(AccountEmpty),
    403: Meaning(TokenLimited),
    404: Meaning(NotOffered),
    405: Meaning(NotOffered),
    408: Meaning(TimedOut),
    429: Meaning(TooFast),
    430: Meaning(TooFast),
    451: _WORDS_REFUSED,
    455: Meaning(GatewayFailed, "The gateway is under maintenance"),
}
_UPSTREAM_BY_STATUS: dict[int, Meaning] = {
    401: Meaning(GatewayLoginLost),
    402: _UPSTREAM_EMPTY,
    403: Meaning(GatewayFailed, "Suno refused the gateway's own account"),
}


def meaning_of(status: int, code: str, text: str) -> Meaning:
    """What a failure with this HTTP status, code word and text is. Never raises."""
    words = f"{code} {text}"[:4_096].lower()
    is_upstream = code == _UPSTREAM_CODE or _FROM_UPSTREAM.fullmatch(text[:4_096].strip().lower()) is not None
    for pattern, meaning in _ANYBODY_RULES if is_upstream else _OWN_RULES + _ANYBODY_RULES:
        if pattern.search(words):
            return meaning
    if status == 200:
        # A few forks keep HTTP 200 and put the real status into `code`.
        status = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 500
    if is_upstream and status in _UPSTREAM_BY_STATUS:
        return _UPSTREAM_BY_STATUS[status]
    return meaning_of_status(status)


def meaning_of_status(status: int) -> Meaning:
    """What an HTTP status alone means."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return Meaning(RequestRefused) if 400 <= status < 500 else Meaning(GatewayFailed)
