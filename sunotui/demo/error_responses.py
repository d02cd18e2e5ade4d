"""The error responses of each server: status and exact body (protocol 5 and the samples err_*)."""

from __future__ import annotations

from typing import Protocol

from sunotui.demo.responses import REQUEST_ID, ResponseData, error_object, relay_page


class ErrorResponses(Protocol):
    """The error responses that each server defines."""

    def no_key(self) -> ResponseData: ...
    def bad_key(self) -> ResponseData: ...
    def no_money(self, left: float, price: float) -> ResponseData: ...
    def rate_limited(self, retry_after_s: int) -> ResponseData: ...
    def maintenance(self) -> ResponseData: ...
    def bad_body(self, words: str) -> ResponseData: ...
    def prompt_empty(self) -> ResponseData: ...
    def parent_id_empty(self) -> ResponseData: ...
    def parent_unknown(self) -> ResponseData: ...
    def clip_unknown(self) -> ResponseData: ...
    def task_unknown(self) -> ResponseData: ...
    def action_unknown(self, action: str) -> ResponseData: ...
    def path_unknown(self, path: str) -> ResponseData: ...
    def crash(self) -> ResponseData: ...


class ReferenceErrors:
    """Suno-API: one envelope with one code for everything; the upstream's status line is the message."""

    def no_key(self) -> ResponseData:
        return self._envelope(401, "unauthorized secret token")

    bad_key = no_key

    def no_money(self, left: float, price: float) -> ResponseData:
        return self._envelope(402, "402 Payment Required")

    def rate_limited(self, retry_after_s: int) -> ResponseData:
        return self._envelope(429, "429 Too Many Requests", {"Retry-After": str(retry_after_s)})

    def maintenance(self) -> ResponseData:
        return self._envelope(503, "The service is under maintenance")

    def bad_body(self, words: str) -> ResponseData:
        return self._envelope(400, words)

    def prompt_empty(self) -> ResponseData:
        return self._envelope(400, "prompt is empty")

    def parent_id_empty(self) -> ResponseData:
        return self._envelope(400, "task_id is empty")

    def clip_unknown(self) -> ResponseData:
        return self._envelope(404, "404 Not Found")

    parent_unknown = clip_unknown

    def task_unknown(self) -> ResponseData:
        return self._envelope(400, "task not exist")

    def action_unknown(self, action: str) -> ResponseData:
        return self._envelope(400, "invalid action")

    def path_unknown(self, path: str) -> ResponseData:
        return ResponseData(404, "404 page not found", {"Content-Type": "text/plain"})

    def crash(self) -> ResponseData:
        return error_object(500, "Panic detected, error: runtime error: index out of range", "api_panic")

    def _envelope(self, status: int, message: str, headers: dict[str, str] | None = None) -> ResponseData:
        return ResponseData(status, {"code": "invalid_request", "message": message, "data": None}, headers or {})


class NewApi2025Errors:
    """new-api: error objects from the relay itself, envelopes with `data: null` from the task endpoints."""

    def no_key(self) -> ResponseData:
        return error_object(401, f"未提供令牌 (request id: {REQUEST_ID})", "new_api_error")

    def bad_key(self) -> ResponseData:
        return error_object(401, f"无效的令牌 (request id: {REQUEST_ID})", "new_api_error")

    def no_money(self, left: float, price: float) -> ResponseData:
        return self._envelope(403, "quota_not_enough", "user quota is not enough")

    def rate_limited(self, retry_after_s: int) -> ResponseData:
        words = "当前分组上游负载已饱和，请稍后再试"
        return self._envelope(429, "fail_to_fetch_task", words, {"Retry-After": str(retry_after_s)})

    def maintenance(self) -> ResponseData:
        return error_object(503, f"系统维护中，请稍后再试 (request id: {REQUEST_ID})", "new_api_error")

    def bad_body(self, words: str) -> ResponseData:
        return self._envelope(400, "invalid_request", words)

    def prompt_empty(self) -> ResponseData:
        return self._envelope(400, "invalid_request", "prompt_empty")

    def parent_id_empty(self) -> ResponseData:
        return self._envelope(400, "invalid_request", "task id is empty")

    def parent_unknown(self) -> ResponseData:
        return self._envelope(400, "task_not_exist", "task_origin_not_exist")

    def clip_unknown(self) -> ResponseData:
        upstream = '{"code":"invalid_request","message":"404 Not Found","data":null}'
        return self._envelope(404, "fail_to_fetch_task", upstream)

    def task_unknown(self) -> ResponseData:
        return self._envelope(400, "task_not_exist", "task_not_exist")

    def action_unknown(self, action: str) -> ResponseData:
        return error_object(503, self._no_channel(action), "new_api_error")

    def path_unknown(self, path: str) -> ResponseData:
        return relay_page(path, "new_api_error")

    def crash(self) -> ResponseData:
        words = "Panic detected, error: runtime error: invalid memory address or nil pointer dereference. "
        words += "Please submit a issue here: https://github.com/Calcium-Ion/new-api"
        return error_object(500, words, "new_api_panic")

    def _envelope(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> ResponseData:
        return ResponseData(status, {"code": code, "message": message, "data": None}, headers or {})

    def _no_channel(self, action: str) -> str:
        # No channel offers the model as which the action would be billed.
        return f"当前分组 default 下对于模型 suno_{action.lower()} 无可用渠道 (request id: {REQUEST_ID})"


class NewApi2026Errors(NewApi2025Errors):
    """new-api of 2026: names the missing amount, and has a code for a model that no channel offers (protocol 5)."""

    def no_money(self, left: float, price: float) -> ResponseData:
        words = f"预扣费额度失败, 用户剩余额度: ＄{left:.6f}, 需要预扣费额度: ＄{price:.6f}"
        return self._envelope(403, "insufficient_user_quota", words)

    def action_unknown(self, action: str) -> ResponseData:
        return error_object(503, self._no_channel(action), "new_api_error", code="model_not_found")


class OneHubErrors:
    """one-hub: as new-api, but its envelopes have no `data` key and its codes are its own."""

    def no_key(self) -> ResponseData:
        return error_object(401, f"未提供令牌 (request id: {REQUEST_ID})", "one_hub_error")

    def bad_key(self) -> ResponseData:
        return error_object(401, f"无效的令牌 (request id: {REQUEST_ID})", "one_hub_error")

    def no_money(self, left: float, price: float) -> ResponseData:
        return self._envelope(402, "insufficient_user_quota", "user quota is not enough")

    def rate_limited(self, retry_after_s: int) -> ResponseData:
        made = error_object(429, f"您的速率达到上限，请稍后再试。 (request id: {REQUEST_ID})", "one_hub_error")
        return ResponseData(made.status, made.body, {"Retry-After": str(retry_after_s)})

    def maintenance(self) -> ResponseData:
        return error_object(503, f"系统维护中，请稍后再试 (request id: {REQUEST_ID})", "one_hub_error")

    def bad_body(self, words: str) -> ResponseData:
        return self._envelope(400, "invalid_request", words)

    def prompt_empty(self) -> ResponseData:
        return self._envelope(400, "invalid_request", "prompt_empty")

    def parent_id_empty(self) -> ResponseData:
        return self._envelope(400, "invalid_request", "task id is empty")

    def parent_unknown(self) -> ResponseData:
        return self._envelope(500, "get_origin_task_failed", "origin task not found")

    def clip_unknown(self) -> ResponseData:
        return self._envelope(404, "invalid_request", "Provider API error: 404 Not Found")

    def task_unknown(self) -> ResponseData:
        return self._envelope(404, "task_not_exist", "")

    def action_unknown(self, action: str) -> ResponseData:
        return self._envelope(400, "invalid_request", "invalid_action")

    def model_unknown(self, mv: str) -> ResponseData:
        """The mv is the billed model, so there is no provider for a typo."""
        return self._envelope(503, "provider_not_found", f"当前分组 default 下对于模型 {mv} 无可用渠道")

    def path_unknown(self, path: str) -> ResponseData:
        return relay_page(path, "one_hub_error")

    def crash(self) -> ResponseData:
        words = "Panic detected, error: runtime error: invalid memory address or nil pointer dereference. "
        words += "Please submit a issue here: https://github.com/MartialBE/one-hub."
        return self._envelope(500, "one_hub_panic", words)

    def _envelope(self, status: int, code: str, message: str) -> ResponseData:
        return ResponseData(status, {"code": code, "message": message})


class SunoapiErrors:
    """claude360: the HTTP status is the code; 429 concerns money, and rate limits have a separate status. The statuses
    401, 413, 429, 430 and 455 are documented, the messages are not.
    """

    def no_key(self) -> ResponseData:
        return self._envelope(401, "Unauthorized")

    bad_key = no_key

    def no_money(self, left: float, price: float) -> ResponseData:
        return self._envelope(429, "Insufficient credits")

    def rate_limited(self, retry_after_s: int) -> ResponseData:
        return self._envelope(430, "Your call frequency is too high", {"Retry-After": str(retry_after_s)})

    def maintenance(self) -> ResponseData:
        return self._envelope(455, "The service is under maintenance")

    def too_long(self) -> ResponseData:
        """A text is longer than its limit."""
        return self._envelope(413, "The prompt is too long")

    def bad_body(self, words: str) -> ResponseData:
        return self._envelope(400, words)

    def prompt_empty(self) -> ResponseData:
        return self._envelope(400, "prompt is required")

    def parent_id_empty(self) -> ResponseData:
        return self._envelope(400, "continue_clip_id is required")

    def parent_unknown(self) -> ResponseData:
        return self._envelope(404, "clip not found")

    clip_unknown = parent_unknown

    def task_unknown(self) -> ResponseData:
        return self._envelope(404, "task not exist")

    def action_unknown(self, action: str) -> ResponseData:
        return self._envelope(404, "invalid action")

    def path_unknown(self, path: str) -> ResponseData:
        return self._envelope(404, f"Invalid URL ({path})")

    def crash(self) -> ResponseData:
        return self._envelope(500, "Internal server error")

    def _envelope(self, status: int, message: str, headers: dict[str, str] | None = None) -> ResponseData:
        return ResponseData(status, {"code": status, "message": message, "data": None}, headers or {})
