"""Every wording in the table of error messages has an example (protocol 5)."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import (
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
)
from sunotui.gateway.errors import message_rules
from sunotui.gateway.errors.message_rules import classify_message, is_from_upstream
from tests.support.regex_alternatives import alternatives, reached

Reported = tuple[type[SunotuiError], str]
Examples = tuple[Reported, int, tuple[str, ...]]
FILTER = (RequestRejected, "The gateway's filter refused the words")
TOO_OFTEN = (RateLimited, "The gateway was asked too often")
FULL = (RateLimited, "The gateway's upstream is full")
GONE = (RequestRejected, "The gateway's upstream that made the first song is gone")
MAINTENANCE = (GatewayFailed, "The gateway is under maintenance")
GARBLED = (GatewayFailed, "The gateway could not read its upstream's response")
BAD_FIELD = (RequestRejected, "A field of the request has a form that the gateway cannot read")

OF_THE_GATEWAY: tuple[Examples, ...] = (
    (
        (KeyQuotaExceeded, ""),
        403,
        (
            *("令牌 studio（#12）额度已用尽", "token quota too low"),
            *("TokenStatusExhausted", "pre_consume_token_quota_failed"),
        ),
    ),
    (
        (InsufficientBalance, ""),
        403,
        (
            *("insufficient_user_quota", "quota_not_enough", "user quota: 0", "用户额度为零", "剩余额度 $0.00"),
            *("余额不足", "额度不足", "积分不足", "credits are insufficient", "your credit is insufficient"),
            *("please top up", "insufficient quota", "insufficient_balance", "insufficient credit"),
            *("insufficient funds", "not enough quota", "not enough credits", "not enough balance"),
        ),
    ),
    (
        (TokenLimited, "The gateway took a part of the key for the choice of a channel"),
        403,
        ("普通用户不支持指定渠道", "channel_select_failed"),
    ),
    (
        (TokenLimited, "This key works from other network addresses only"),
        403,
        ("您的 IP 不在令牌允许访问的列表中", "your IP is not in the list", "IP 203.0.113.7 not allowed"),
    ),
    (
        (ModelNotAllowed, ""),
        403,
        (
            *("该令牌无权访问模型 chirp-v4", "无权使用该模型", "chirp-v4 is not supported for current token"),
            *("no access to this model", "not allowed to access the model"),
        ),
    ),
    ((TokenLimited, ""), 403, ("无权访问", "no permission", "no access to the group")),
    (
        (TokenLimited, "The account of this key may not use the API"),
        403,
        ("API requests are not allowed",),
    ),
    (
        (TokenLimited, "The gateway has locked the account of this key"),
        403,
        (
            *("用户已被封禁", "you were banned", "the account is disabled", "account has been suspended"),
            *("account locked", "account is suspended", "account is locked", "account has been disabled"),
            *("account has been locked", "account disabled", "account suspended"),
        ),
    ),
    (
        (TokenRejected, "The token has expired"),
        401,
        (
            *("该令牌已过期", "token has expired", "token is expired", "token expired", "key has expired"),
            *("key is expired", "key expired", "an expired token", "an expired key"),
        ),
    ),
    (
        (TokenRejected, "The token is switched off"),
        401,
        (
            *("该令牌状态不可用", "token is disabled", "token has been disabled", "token disabled"),
            *("key is disabled", "key has been disabled", "key disabled"),
        ),
    ),
    (
        (TokenRejected, "The gateway saw no token"),
        401,
        (
            *("未提供令牌", "no token provided", "no API key provided"),
            *("missing token", "missing api key", "missing authorization header"),
        ),
    ),
    ((ModelNotAllowed, ""), 404, ("provider_not_found",)),
    (
        GONE,
        400,
        (
            *("task_channel_disable", "channel_not_found", "渠道已被禁用", "渠道已删除", "无效的渠道 Id"),
            *("the channel is disabled", "channel was deleted", "channel has been removed", "channel disabled"),
            *("channel was disabled", "channel has been disabled", "channel is deleted", "channel has been deleted"),
            *("channel deleted", "channel is removed", "channel was removed", "channel removed"),
        ),
    ),
    (
        (NotSupported, "This gateway has no upstream for that model or action"),
        503,
        ("model_not_found", "provider_not_found", "当前分组下无可用渠道", "no available channel"),
    ),
    (
        (GatewayFailed, "None of the gateway's upstreams could take it"),
        500,
        ("get_channel_failed", "可用渠道不存在"),
    ),
    ((NotSupported, ""), 400, ("invalid_action", "invalid action", "Invalid URL", "method not allowed")),
    (
        (RequestRejected, "The gateway does not know the song that this continues"),
        400,
        ("task_origin_not_exist", "get_origin_task_failed", "the origin task not found"),
    ),
    ((NotFound, ""), 400, ("task_not_exist", "task not exist")),
    (
        (RequestRejected, "The gateway wants the song id of the take to be continued"),
        400,
        ("task_id is empty", "task id is empty"),
    ),
    (
        (RequestRejected, "The request has no text"),
        400,
        ("prompt_empty", "prompt is empty", "prompt cannot be empty", "prompt_is_empty", "empty prompt"),
    ),
    (
        FILTER,
        400,
        (
            *("sensitive_words_detected", "a sensitive word", "content_policy", "against the content policy"),
            *("the moderation said no", "it was moderated", "a violation", "names an artist name", "under copyright"),
            *("prohibited", "包含敏感词", "内容违规", "涉及版权"),
        ),
    ),
    (FULL, 429, ("当前分组上游负载已饱和", "upstream is saturated", "upstream overloaded", "upstream too busy")),
    (MAINTENANCE, 503, ("down for maintenance", "系统维护中")),
    (
        (RequestRejected, "The text is longer than the gateway takes"),
        400,
        ("too long", "too large", "the maximum length is 3000", "提示词过长"),
    ),
    (
        BAD_FIELD,
        400,
        ("cannot unmarshal number", "invalid character 'x'", "unexpected end of JSON input", "invalid JSON", "EOF"),
    ),
    (
        (GatewayFailed, "The gateway could not reach its upstream"),
        500,
        ("请求上游地址失败", "do_request_failed", "do request failed", "dial tcp: refused", 'Post "https://x.example"',
         'Get "http://x.example"'),
    ),
    (
        GARBLED,
        500,
        (
            *("read_response_body_failed", "decode_response_failed", "cannot unmarshal", "invalid character '<'"),
            "unexpected end of JSON input",
        ),
    ),
    ((GatewayFailed, "The gateway could not store the request that it was given"), 500, ("insert_task_failed",)),
    (
        TOO_OFTEN,
        429,
        (
            *("速率过高", "访问频率过高", "您已达到请求数限制", "rate limit reached", "call frequency too high"),
            *("too many requests", "too frequent"),
        ),
    ),
    (
        (GatewayFailed, "The gateway is overloaded"),
        503,
        ("system_cpu_overloaded", "system_memory_overloaded", "system_disk_overloaded", "overloaded"),
    ),
    ((GatewayFailed, "The gateway's own program crashed"), 500, ("new_api_panic", "Panic detected")),
)  # fmt: skip
OF_AN_UPSTREAM: tuple[Examples, ...] = (
    (
        (GatewayFailed, "The gateway's own account at its upstream has no credit left"),
        402,
        ("insufficient", "not enough", "payment required", "no credit", "余额", "额度", "积分"),
    ),
    (
        (NotSupported, "The gateway's upstream has no channel for that model or action"),
        503,
        ("model_not_found", "provider_not_found", "无可用渠道", "no available channel"),
    ),
    (
        (RequestRejected, "The gateway's upstream does not know the song that this continues"),
        400,
        ("task_origin_not_exist", "get_origin_task_failed", "origin task not found"),
    ),
    (FULL, 503, ("system_cpu_overloaded", "system_memory_overloaded", "system_disk_overloaded", "overloaded")),
    (GONE, 400, ("channel_not_found",)),
    (FILTER, 400, ("moderation",)),
)


def rows(table: tuple[Examples, ...]) -> list[tuple[str, int, Reported]]:
    return [(message, status, reported) for reported, status, examples in table for message in examples]


@pytest.mark.parametrize(("message", "status", "reported"), rows(OF_THE_GATEWAY))
def test_messages_of_the_gateway_are_classified(message: str, status: int, reported: Reported) -> None:
    meaning = classify_message(message, status, is_upstream=False)
    assert meaning is not None
    assert (meaning.error_type, meaning.what) == reported


@pytest.mark.parametrize(("message", "status", "reported"), rows(OF_AN_UPSTREAM))
def test_messages_of_an_upstream_are_classified(message: str, status: int, reported: Reported) -> None:
    meaning = classify_message(message, status, is_upstream=True)
    assert meaning is not None
    assert (meaning.error_type, meaning.what) == reported


@pytest.mark.parametrize("rule", message_rules._RULES, ids=lambda rule: rule.pattern.pattern[:40])
def test_every_alternative_of_every_rule_has_an_example(rule: message_rules._Rule) -> None:
    """A rule is identified by its pattern and its class: a wording added later needs an example above."""
    is_upstream = rule.source is message_rules._Source.UPSTREAM
    texts = [
        message.lower()
        for message, status, (error_type, what) in rows(OF_AN_UPSTREAM if is_upstream else OF_THE_GATEWAY)
        if (error_type, what) == (rule.error_class.error_type, rule.error_class.what) and status in rule.statuses
    ]
    assert [alternative for alternative, is_reached in reached(rule.pattern.pattern, texts) if not is_reached] == []


def test_alternatives_lists_the_branches_of_a_pattern() -> None:
    assert alternatives(r"a|b(?:c|d)e") == ["a", "bce", "bde"]
    assert alternatives(r"x(?: is| was)? [|(] (?:y|(?:z|\)))") == [
        f"x{verb} [|(] {last}" for verb in (" is", " was", "") for last in ("y", "z", r"\)")
    ]


@pytest.mark.parametrize(
    ("message", "status", "reported"),
    [
        # The same messages with other statuses.
        ("token has expired", 500, None),
        ("too long", 500, None),
        ("insert_task_failed", 400, None),
        ("invalid character", 400, BAD_FIELD),
        ("invalid character", 500, GARBLED),
        ("provider_not_found", 404, (ModelNotAllowed, "")),
        # The first match wins.
        ("token quota: insufficient quota", 403, (KeyQuotaExceeded, "")),
        ("no access to the model", 403, (ModelNotAllowed, "")),
        ("no available channel: channel disabled", 503, GONE),
        ("upstream overloaded", 503, FULL),
        # Whole words only.
        ("a ship not in port", 403, None),
        ("banner", 403, None),
        ("geofence", 400, None),
        ("get well", 500, None),
        ("something else", 400, None),
        ("", 400, None),
    ],
)
def test_statuses_rule_order_and_word_boundaries(message: str, status: int, reported: Reported | None) -> None:
    meaning = classify_message(message, status, is_upstream=False)
    assert (None if meaning is None else (meaning.error_type, meaning.what)) == reported


def test_an_upstream_does_not_refer_to_the_users_balance_or_key() -> None:
    for message, status, _ in rows(OF_THE_GATEWAY[:1] + OF_THE_GATEWAY[2:12]):
        reported = classify_message(message, status, is_upstream=True)
        assert reported is None or reported.error_type not in {
            KeyQuotaExceeded,
            TokenLimited,
            TokenRejected,
            ModelNotAllowed,
        }, message
    assert classify_message("payment required", 402, is_upstream=False) is None


def test_only_the_beginning_of_a_message_is_examined() -> None:
    assert classify_message("x" * 4_090 + " prohibited", 400, is_upstream=False) is None


# --- errors of an upstream --------------------------------------------------------------------------------------------

VERBS = ("error", "returned", "rejected", "failed", "refused", "responded", "response", "said", "status", "answered")
NAMES_UPSTREAM = (
    *(f"the upstream {verb} it" for verb in VERBS),
    *(f"upstream {kind} error" for kind in ("api", "server", "service", "provider", "channel", "request")),
    *("upstream's error", "upstream’s answer", "upstream_error", "upstream-api-error"),
    *(f"an error {word} {which}upstream" for word in ("from", "by") for which in ("the ", "its ", "our ", "")),
    *(f"上游{verb}" for verb in ("返回", "报错", "错误", "异常", "失败", "拒绝")),
    *(f"上游{kind}返回" for kind in ("服务", "服务商", "服务器", "接口", "渠道", "平台")),
)
OTHERS = (
    "upstreams",
    "streamed from up",
    "an upstream",
    "no upstream for this",
    "上游渠道",
    "404 page not found",
    "no",
)


@pytest.mark.parametrize("text", NAMES_UPSTREAM)
def test_a_message_that_names_the_upstream(text: str) -> None:
    assert is_from_upstream("", text)
    assert is_from_upstream("", text.upper())


@pytest.mark.parametrize("text", ["500 internal server error", " 429 Too Many Requests ", "Provider API error: no\nno"])
def test_a_message_in_the_format_of_a_relay(text: str) -> None:
    assert is_from_upstream("", text)
    assert not is_from_upstream("", f"x {text}")


@pytest.mark.parametrize(
    "code", ["fail_to_fetch_task", "bad_response_status_code", "submit_failed", "Upstream_Error", "UPSTREAM_ERROR"]
)
def test_a_code_for_an_upstream_response(code: str) -> None:
    assert is_from_upstream(code, "")


@pytest.mark.parametrize("text", OTHERS)
def test_a_message_that_does_not_blame_an_upstream(text: str) -> None:
    assert not is_from_upstream("x", text)
