"""The error responses of each server: status and exact body (protocol 5 and the samples err_*)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from sunotui.demo.responses import REQUEST_ID, ResponseData, error_object, relay_page
from sunotui.named_tuple import NamedTuple


class Refusal(NamedTuple):
    """The status, the message and the code of one error response; {names} in the message are replaced by values."""

    status: int
    message: str
    code: str = ""


class ErrorResponses(ABC):
    """The error responses that each server defines: a table of refusals, and the form of its errors."""

    refusals: ClassVar[Mapping[str, Refusal]]
    """By the name of the method."""

    def no_key(self) -> ResponseData:
        return self._refuse("no_key")

    def bad_key(self) -> ResponseData:
        return self._refuse("bad_key")

    def no_money(self, left: float, price: float) -> ResponseData:
        return self._refuse("no_money", left=left, price=price)

    def rate_limited(self, retry_after_s: int) -> ResponseData:
        made = self._refuse("rate_limited")
        return ResponseData(made.status, made.body, {"Retry-After": str(retry_after_s)})

    def maintenance(self) -> ResponseData:
        return self._refuse("maintenance")

    def bad_body(self, words: str) -> ResponseData:
        return self._refuse("bad_body", words=words)

    def prompt_empty(self) -> ResponseData:
        return self._refuse("prompt_empty")

    def parent_id_empty(self) -> ResponseData:
        return self._refuse("parent_id_empty")

    def parent_unknown(self) -> ResponseData:
        return self._refuse("parent_unknown")

    def clip_unknown(self) -> ResponseData:
        return self._refuse("clip_unknown")

    def task_unknown(self) -> ResponseData:
        return self._refuse("task_unknown")

    def action_unknown(self, action: str) -> ResponseData:
        return self._refuse("action_unknown", action=action.lower())

    def path_unknown(self, path: str) -> ResponseData:
        return self._refuse("path_unknown", path=path)

    def crash(self) -> ResponseData:
        return self._refuse("crash")

    def _refuse(self, name: str, **values: object) -> ResponseData:
        refusal = self.refusals[name]
        message = refusal.message.format(**values) if values else refusal.message
        return self._response(refusal.status, refusal.code, message)

    @abstractmethod
    def _response(self, status: int, code: str, message: str) -> ResponseData:
        """An error in the form of this server."""


class ReferenceErrors(ErrorResponses):
    """Suno-API: one envelope with one code for everything; the upstream's status line is the message."""

    refusals: ClassVar[Mapping[str, Refusal]] = {
        "no_key": Refusal(401, "unauthorized secret token"),
        "bad_key": Refusal(401, "unauthorized secret token"),
        "no_money": Refusal(402, "402 Payment Required"),
        "rate_limited": Refusal(429, "429 Too Many Requests"),
        "maintenance": Refusal(503, "The service is under maintenance"),
        "bad_body": Refusal(400, "{words}"),
        "prompt_empty": Refusal(400, "prompt is empty"),
        "parent_id_empty": Refusal(400, "task_id is empty"),
        "parent_unknown": Refusal(404, "404 Not Found"),
        "clip_unknown": Refusal(404, "404 Not Found"),
        "task_unknown": Refusal(400, "task not exist"),
        "action_unknown": Refusal(400, "invalid action"),
    }

    def path_unknown(self, path: str) -> ResponseData:
        return ResponseData(404, "404 page not found", {"Content-Type": "text/plain"})

    def crash(self) -> ResponseData:
        return error_object(500, "Panic detected, error: runtime error: index out of range", "api_panic")

    def _response(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": "invalid_request", "message": message, "data": None})


class RelayErrors(ErrorResponses):
    """What new-api and one-hub have in common: error objects from the relay itself, for refusals without a code, and
    envelopes from the task endpoints."""

    kind: ClassVar[str]
    """The type of its error objects."""

    def path_unknown(self, path: str) -> ResponseData:
        return relay_page(path, self.kind)

    def _response(self, status: int, code: str, message: str) -> ResponseData:
        return self._envelope(status, code, message) if code else error_object(status, message, self.kind)

    @abstractmethod
    def _envelope(self, status: int, code: str, message: str) -> ResponseData:
        """An error of its task endpoints."""


_RELAY_REFUSALS = {
    "no_key": Refusal(401, f"未提供令牌 (request id: {REQUEST_ID})"),
    "bad_key": Refusal(401, f"无效的令牌 (request id: {REQUEST_ID})"),
    "maintenance": Refusal(503, f"系统维护中，请稍后再试 (request id: {REQUEST_ID})"),
    "bad_body": Refusal(400, "{words}", "invalid_request"),
    "prompt_empty": Refusal(400, "prompt_empty", "invalid_request"),
    "parent_id_empty": Refusal(400, "task id is empty", "invalid_request"),
}
_PANIC = "Panic detected, error: runtime error: invalid memory address or nil pointer dereference. "


class NewApi2025Errors(RelayErrors):
    """new-api: envelopes with `data: null` from the task endpoints."""

    kind = "new_api_error"
    refusals: ClassVar[Mapping[str, Refusal]] = {
        **_RELAY_REFUSALS,
        "no_money": Refusal(403, "user quota is not enough", "quota_not_enough"),
        "rate_limited": Refusal(429, "当前分组上游负载已饱和，请稍后再试", "fail_to_fetch_task"),
        "parent_unknown": Refusal(400, "task_origin_not_exist", "task_not_exist"),
        "clip_unknown": Refusal(
            404, '{"code":"invalid_request","message":"404 Not Found","data":null}', "fail_to_fetch_task"
        ),
        "task_unknown": Refusal(400, "task_not_exist", "task_not_exist"),
        # No channel offers the model as which the action would be billed.
        "action_unknown": Refusal(
            503, f"当前分组 default 下对于模型 suno_{{action}} 无可用渠道 (request id: {REQUEST_ID})"
        ),
    }

    def crash(self) -> ResponseData:
        words = _PANIC + "Please submit a issue here: https://github.com/Calcium-Ion/new-api"
        return error_object(500, words, "new_api_panic")

    def _envelope(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": code, "message": message, "data": None})


class NewApi2026Errors(NewApi2025Errors):
    """new-api of 2026: names the missing amount, and has a code for a model that no channel offers (protocol 5)."""

    refusals: ClassVar[Mapping[str, Refusal]] = {
        **NewApi2025Errors.refusals,
        "no_money": Refusal(
            403,
            "预扣费额度失败, 用户剩余额度: ＄{left:.6f}, 需要预扣费额度: ＄{price:.6f}",
            "insufficient_user_quota",
        ),
    }

    def action_unknown(self, action: str) -> ResponseData:
        status, message, _ = self.refusals["action_unknown"]
        return error_object(status, message.format(action=action.lower()), self.kind, code="model_not_found")


class OneHubErrors(RelayErrors):
    """one-hub: as new-api, but its envelopes have no `data` key and its codes are its own."""

    kind = "one_hub_error"
    refusals: ClassVar[Mapping[str, Refusal]] = {
        **_RELAY_REFUSALS,
        "no_money": Refusal(402, "user quota is not enough", "insufficient_user_quota"),
        "rate_limited": Refusal(429, f"您的速率达到上限，请稍后再试。 (request id: {REQUEST_ID})"),
        "parent_unknown": Refusal(500, "origin task not found", "get_origin_task_failed"),
        "clip_unknown": Refusal(404, "Provider API error: 404 Not Found", "invalid_request"),
        "task_unknown": Refusal(404, "", "task_not_exist"),
        "action_unknown": Refusal(400, "invalid_action", "invalid_request"),
        "crash": Refusal(
            500, _PANIC + "Please submit a issue here: https://github.com/MartialBE/one-hub.", "one_hub_panic"
        ),
    }

    def model_unknown(self, mv: str) -> ResponseData:
        """The mv is the billed model, so there is no provider for a typo."""
        return self._envelope(503, "provider_not_found", f"当前分组 default 下对于模型 {mv} 无可用渠道")

    def _envelope(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": code, "message": message})


class SunoapiErrors(ErrorResponses):
    """claude360: the HTTP status is the code; 429 concerns money, and rate limits have a separate status. The statuses
    401, 413, 429, 430 and 455 are documented, the messages are not.
    """

    refusals: ClassVar[Mapping[str, Refusal]] = {
        "no_key": Refusal(401, "Unauthorized"),
        "bad_key": Refusal(401, "Unauthorized"),
        "no_money": Refusal(429, "Insufficient credits"),
        "rate_limited": Refusal(430, "Your call frequency is too high"),
        "maintenance": Refusal(455, "The service is under maintenance"),
        "too_long": Refusal(413, "The prompt is too long"),
        "bad_body": Refusal(400, "{words}"),
        "prompt_empty": Refusal(400, "prompt is required"),
        "parent_id_empty": Refusal(400, "continue_clip_id is required"),
        "parent_unknown": Refusal(404, "clip not found"),
        "clip_unknown": Refusal(404, "clip not found"),
        "task_unknown": Refusal(404, "task not exist"),
        "action_unknown": Refusal(404, "invalid action"),
        "path_unknown": Refusal(404, "Invalid URL ({path})"),
        "crash": Refusal(500, "Internal server error"),
    }

    def too_long(self) -> ResponseData:
        """A text is longer than its limit."""
        return self._refuse("too_long")

    def _response(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": status, "message": message, "data": None})
