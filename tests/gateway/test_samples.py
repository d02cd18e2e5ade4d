"""Every stored response of a real or documented server and its expected result. A sample without a row fails."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from sunotui.domain.errors import (
    Charge,
    ErrorSource,
    GatewayFailed,
    GatewayLoginExpired,
    InsufficientBalance,
    KeyQuotaExceeded,
    ModelNotAllowed,
    NotAGateway,
    NotFound,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TokenLimited,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted, Outcome, Rejected, Unknown, outcome_of_response
from sunotui.gateway.submit.payloads import Payload
from tests.gateway.conftest import Client
from tests.support.paths import SAMPLES

REQUESTED = "the-requested-id"


@dataclass(frozen=True)
class ExpectedAccepted:
    """An accepted submission."""

    task_id: str
    clips: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExpectedFailure:
    """A submission that was not accepted: the HTTP status of the response and the classification."""

    http: int
    outcome: type[Outcome]
    error_type: type[SunotuiError]
    source: ErrorSource
    request_id: str = ""


@dataclass(frozen=True)
class ExpectedTask:
    """One task of a fetch response."""

    id: str
    status: TaskStatus | None
    kind: TaskKind | None
    clips: tuple[ClipStatus, ...] = ()
    title: str = ""
    """The title of the first clip or of the lyrics."""
    fail_reason: str = ""
    submitted_at: float | None = None


REQUEST_ID = "20250411233132481516234AbCdEfGh"
COMPLETE, STREAMING, SUBMITTED = ClipStatus.COMPLETE, ClipStatus.STREAMING, ClipStatus.SUBMITTED
S, K = TaskStatus, TaskKind

SUBMIT: dict[str, ExpectedAccepted | ExpectedFailure] = {
    "submit_ok_uuid.json": ExpectedAccepted("736a6f88-bd29-4b1e-b110-37132a5325ac"),
    "submit_ok_hex32.json": ExpectedAccepted("469a479492f64ff4bb8d2ac3a85396f8"),
    "submit_ok_public_task_id.json": ExpectedAccepted("task_7f11c4b772f44710ac0fae0d5b3dc4c1"),
    "submit_ok_camel_taskid.json": ExpectedAccepted("5c79****be8e"),
    "submit_ok_raw_stems.json": ExpectedAccepted(
        "b19ee87f-574d-42c7-9761-df6aafc0fd9c", ("0e5be1db-4834-4890-acfb-2fea7fd24eb9",)
    ),
    "submit_ok_raw_upload_extend.json": ExpectedAccepted(
        "853daa2c-fbf9-4cd0-a90a-e2b18c53c174", ("853daa2c-fbf9-4cd0-a90a-e2b18c53c174",)
    ),
    "uploads_url_ok_clip_id.json": ExpectedAccepted("xxxxxxx-xxxxx"),
    "uploads_authorization.json": ExpectedFailure(200, Unknown, UnreadableResponse, ErrorSource.GATEWAY),
    "uploads_initialize_clip.json": ExpectedFailure(200, Unknown, UnreadableResponse, ErrorSource.GATEWAY),
    "uploads_status_complete.json": ExpectedFailure(200, Unknown, UnreadableResponse, ErrorSource.GATEWAY),
    "tags_upsample.json": ExpectedFailure(200, Unknown, UnreadableResponse, ErrorSource.GATEWAY),
    "timing_aligned_words.json": ExpectedFailure(200, Unknown, UnreadableResponse, ErrorSource.GATEWAY),
    "err_ref_401_bad_key.json": ExpectedFailure(401, Rejected, TokenRejected, ErrorSource.TOKEN),
    "err_ref_401_upstream_session.json": ExpectedFailure(401, Rejected, GatewayLoginExpired, ErrorSource.LOGIN),
    "err_ref_400_continue_without_task_id.json": ExpectedFailure(400, Rejected, RequestRejected, ErrorSource.REQUEST),
    "err_ref_400_empty_lyrics_prompt.json": ExpectedFailure(400, Rejected, RequestRejected, ErrorSource.REQUEST),
    "err_ref_429_upstream.json": ExpectedFailure(429, Rejected, RateLimited, ErrorSource.UPSTREAM),
    "err_newapi_401_invalid_token.json": ExpectedFailure(401, Rejected, TokenRejected, ErrorSource.TOKEN, REQUEST_ID),
    "err_newapi_401_no_token.json": ExpectedFailure(401, Rejected, TokenRejected, ErrorSource.TOKEN, REQUEST_ID),
    "err_newapi_401_key_exhausted.json": ExpectedFailure(
        401, Rejected, KeyQuotaExceeded, ErrorSource.KEY_QUOTA, REQUEST_ID
    ),
    "err_newapi_403_dash_in_key.json": ExpectedFailure(403, Rejected, TokenLimited, ErrorSource.KEY_LIMITS, REQUEST_ID),
    "err_newapi_403_model_limit_submit.json": ExpectedFailure(
        403, Rejected, ModelNotAllowed, ErrorSource.KEY_LIMITS, REQUEST_ID
    ),
    "err_newapi_403_ip.json": ExpectedFailure(403, Rejected, TokenLimited, ErrorSource.KEY_LIMITS, REQUEST_ID),
    "err_newapi_403_quota_current.json": ExpectedFailure(403, Rejected, InsufficientBalance, ErrorSource.MONEY),
    "err_newapi_400_prompt_empty.json": ExpectedFailure(400, Rejected, RequestRejected, ErrorSource.REQUEST),
    "err_newapi_400_invalid_action.json": ExpectedFailure(400, Rejected, NotSupported, ErrorSource.GATEWAY),
    "err_newapi_400_continue_without_task_id.json": ExpectedFailure(
        400, Rejected, RequestRejected, ErrorSource.REQUEST
    ),
    "err_newapi_400_origin_missing.json": ExpectedFailure(400, Rejected, RequestRejected, ErrorSource.REQUEST),
    "err_newapi_400_channel_disabled.json": ExpectedFailure(400, Rejected, RequestRejected, ErrorSource.UPSTREAM),
    "err_newapi_429_saturated.json": ExpectedFailure(429, Rejected, RateLimited, ErrorSource.UPSTREAM),
    "err_newapi_500_get_channel_failed.json": ExpectedFailure(500, Unknown, GatewayFailed, ErrorSource.UPSTREAM),
    "err_newapi_500_panic.json": ExpectedFailure(500, Unknown, GatewayFailed, ErrorSource.GATEWAY),
    "err_onehub_401_key_exhausted.json": ExpectedFailure(
        401, Rejected, KeyQuotaExceeded, ErrorSource.KEY_QUOTA, REQUEST_ID
    ),
    "err_onehub_403_no_api.json": ExpectedFailure(403, Rejected, TokenLimited, ErrorSource.KEY_LIMITS, REQUEST_ID),
    "err_onehub_402_quota.json": ExpectedFailure(402, Rejected, InsufficientBalance, ErrorSource.MONEY),
    "err_onehub_404_task_not_exist.json": ExpectedFailure(404, Rejected, NotFound, ErrorSource.REQUEST),
    "err_onehub_400_invalid_action.json": ExpectedFailure(400, Rejected, NotSupported, ErrorSource.GATEWAY),
    "err_onehub_500_origin_missing.json": ExpectedFailure(500, Rejected, RequestRejected, ErrorSource.REQUEST),
    "err_onehub_503_no_provider.json": ExpectedFailure(503, Rejected, NotSupported, ErrorSource.GATEWAY),
    "err_onehub_404_model_not_for_key.json": ExpectedFailure(404, Rejected, ModelNotAllowed, ErrorSource.KEY_LIMITS),
    "err_onehub_500_panic.json": ExpectedFailure(500, Unknown, GatewayFailed, ErrorSource.GATEWAY),
    "err_gptproto_400.json": ExpectedFailure(400, Rejected, RequestRejected, ErrorSource.REQUEST),
    "raw/empty_200.txt": ExpectedFailure(200, Unknown, UnreadableResponse, ErrorSource.GATEWAY),
    "raw/proxy_502.html": ExpectedFailure(502, Unknown, GatewayFailed, ErrorSource.PROXY),
    "raw/spa_page_200.html": ExpectedFailure(200, Unknown, NotAGateway, ErrorSource.GATEWAY),
}

SEED = "346c5d10-a4a1-4f49-a851-66a7dae6cfaf"
LYRICS = "f4a94d75-087b-4bb1-bd45-53ba293faf96"
WEEKEND = "2a145658-3342-4228-b779-b8323a2b77df"

FETCH: dict[str, tuple[ExpectedTask, ...] | type[SunotuiError]] = {
    "fetch_batch_in_progress_streaming.json": (
        ExpectedTask(SEED, S.IN_PROGRESS, K.MUSIC, (STREAMING, STREAMING), "Electric Dance Party", "", 1716191749.0),
    ),
    "fetch_batch_music_success.json": (
        ExpectedTask(WEEKEND, S.SUCCESS, K.MUSIC, (COMPLETE,), "Happy Weekend", "", 1726911801.0),
    ),
    "fetch_batch_lyrics_action_empty_tags_array.json": (
        ExpectedTask("7961abf3-f258-401c-98fe-b70cbc698bb1", S.SUCCESS, K.LYRICS, (), "Dance Fever", "", 1753152709.0),
    ),
    "fetch_batch_empty_list.json": (),
    "fetch_batch_unknown_ids_null.json": (),
    "fetch_batch_fallback_no_message.json": (),
    "fetch_batch_reference_fields.json": (
        ExpectedTask(
            "469a479492f64ff4bb8d2ac3a85396f8", S.SUBMITTED, K.MUSIC, (SUBMITTED, SUBMITTED), "", "", 1719456332.0
        ),
    ),
    "fetch_batch_reference_timeout.json": (
        ExpectedTask(
            "71d2b0a8c5f64e0e9b3a6d1f2c4e5a60", S.FAILURE, K.MUSIC, (STREAMING,), "", "time out", 1719456332.0
        ),
    ),
    "fetch_batch_mixed.json": (
        ExpectedTask(SEED, S.IN_PROGRESS, K.MUSIC, (STREAMING,), "Electric Dance Party", "", 1716191749.0),
        ExpectedTask(LYRICS, S.SUCCESS, K.LYRICS, (), "Electric Fantasy", "", 1716192124.0),
        ExpectedTask("736a6f88-bd29-4b1e-b110-37132a5325ac", S.NOT_STARTED, K.MUSIC, submitted_at=1716192200.0),
        ExpectedTask(
            "b4914cbe-f738-4813-8ac9-4194ae362bed",
            S.FAILURE,
            K.MUSIC,
            fail_reason="获取供应商失败，请联系管理员",
            submitted_at=1716192210.0,
        ),
    ),
    "fetch_single_music_success.json": (
        ExpectedTask(WEEKEND, S.SUCCESS, K.MUSIC, (COMPLETE,), "快乐周末", "", 1726911801.0),
    ),
    "fetch_single_music_flat_clip.json": (
        ExpectedTask(
            "ba46ad15-07ce-41a6-b68d-196321dc00d5", S.SUCCESS, K.MUSIC, (COMPLETE,), "City Lights", "", 1733717567.0
        ),
    ),
    "fetch_single_mislabelled_action.json": (
        ExpectedTask(LYRICS, S.SUCCESS, K.MUSIC, (COMPLETE,), "Feline Reverie", "", 1716192124.0),
    ),
    "fetch_single_lyrics_success.json": (
        ExpectedTask(LYRICS, S.SUCCESS, K.LYRICS, (), "Electric Fantasy", "", 1716192124.0),
    ),
    "fetch_single_camel_case_lyrics.json": (
        ExpectedTask("17350521802760039", S.SUCCESS, K.LYRICS, (), "Rainbow After the Rain", "", 1735052180.0),
    ),
    "fetch_single_reference_bare_clips.json": (ExpectedTask(REQUESTED, S.SUCCESS, K.MUSIC, (COMPLETE,), "快乐周末"),),
    "fetch_single_reference_bare_lyrics.json": (ExpectedTask(REQUESTED, S.SUCCESS, K.LYRICS, (), "Electric Fantasy"),),
    "fetch_single_bare_array_completed.json": (
        ExpectedTask(REQUESTED, S.SUCCESS, K.MUSIC, (COMPLETE,), "Battle Prelude"),
    ),
    "fetch_single_newapi_current_not_start.json": (
        ExpectedTask("task_Zr8Qm2Vx4nT7bLk1PwYc9sHd3GfJ6uAe", S.NOT_STARTED, K.MUSIC, submitted_at=1772000000.0),
    ),
    "fetch_single_newapi_2025_not_start.json": (
        ExpectedTask("736a6f88-bd29-4b1e-b110-37132a5325ac", S.NOT_STARTED, None, submitted_at=1744385492.0),
    ),
    "fetch_single_code_1_processing.json": (ExpectedTask("suno_task_abc123", S.IN_PROGRESS, None),),
    "fetch_single_no_code.json": (ExpectedTask(REQUESTED, S.SUCCESS, K.MUSIC, (COMPLETE, COMPLETE), "City Lights"),),
    "fetch_single_upstream_sunoapi_success.json": (
        ExpectedTask("5c79****be8e", S.SUCCESS, K.MUSIC, (COMPLETE,), "钢铁侠"),
    ),
    "fetch_single_upstream_sunoapi_failed.json": (
        ExpectedTask("5c79****be8e", S.FAILURE, None, fail_reason="生成失败,请重试或联系客服"),
    ),
    "task_table_ms_camel.json": (
        ExpectedTask(
            LYRICS,
            S.SUCCESS,
            K.MUSIC,
            fail_reason="[Invalid parameter] Invalid value",
            submitted_at=1689231405.854,
        ),
    ),
    "concat_raw_clip.json": (ExpectedTask(REQUESTED, S.SUBMITTED, K.CONCAT, (SUBMITTED,)),),
    "clip_error_none_mp3.json": (ExpectedTask(REQUESTED, S.FAILURE, K.MUSIC, (ClipStatus.ERROR,), "example"),),
    # Not responses to a fetch: they must be distinguished from "no such task".
    "account_reference.json": UnreadableResponse,
    "models_newapi.json": UnreadableResponse,
    "models_onehub.json": UnreadableResponse,
    "billing_error_200.json": GatewayFailed,
}

SITE = ("api_status.json", "billing_usage.json")


def test_every_sample_has_a_row() -> None:
    stored = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()} - {"INDEX.md"}
    assert stored == {*SUBMIT, *FETCH, *SITE}


@pytest.mark.parametrize("name", SUBMIT)
def test_a_submit_sample(name: str) -> None:
    expected = SUBMIT[name]
    http = expected.http if isinstance(expected, ExpectedFailure) else 200
    headers = {"content-type": "text/html"} if name.endswith("html") else {"content-type": "application/json"}
    outcome = outcome_of_response(http, headers, (SAMPLES / name).read_bytes())
    if isinstance(expected, ExpectedAccepted):
        assert isinstance(outcome, Accepted)
        assert (outcome.task_id, tuple(clip.id for clip in outcome.clips)) == (expected.task_id, expected.clips)
        return
    assert isinstance(outcome, Rejected | Unknown)
    error = outcome.error
    assert (type(outcome), type(error), error.source) == (expected.outcome, expected.error_type, expected.source)
    assert error.request_id == expected.request_id
    assert "request id" not in error.detail
    assert error.charge is (Charge.MAYBE if expected.outcome is Unknown else Charge.NO)
    assert error.http_status == http


@pytest.mark.parametrize("name", FETCH)
async def test_a_fetch_sample(name: str, client_for: Client) -> None:
    expected = FETCH[name]
    body = (SAMPLES / name).read_bytes()
    ids = [row.id for row in expected] if isinstance(expected, tuple) else [REQUESTED]

    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(body))

    client = client_for(BaseUrl("https", "gateway.example", 443), transport=httpx.MockTransport(handle))
    if not isinstance(expected, tuple):
        with pytest.raises(expected):
            await client.fetch_tasks(ids)
        return
    batch = await client.fetch_tasks(ids or [REQUESTED])
    found = [
        ExpectedTask(
            report.id,
            report.status,
            report.kind,
            tuple(clip.status for clip in report.clips),
            report.clips[0].title if report.clips else report.lyrics.title if report.lyrics else "",
            report.fail_reason,
            report.submitted_at,
        )
        for report in batch.reports
    ]
    assert tuple(found) == expected
    assert batch.absent == (() if ids else (REQUESTED,))
    assert all(report.raw for report in batch.reports)


async def test_one_sample_in_full(client_for: Client) -> None:
    body = (SAMPLES / "fetch_batch_in_progress_streaming.json").read_bytes()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=httpx.ByteStream(body)))
    client = client_for(BaseUrl("https", "gateway.example", 443), transport=transport)
    (report,) = (await client.fetch_tasks([SEED])).reports
    assert (report.started_at, report.finished_at, report.progress) == (1716191786.0, None, "0%")
    clip = report.clips[0]
    assert clip.id == "e9893d04-6a63-4007-8473-64b706eca4d1"
    assert clip.audio_url == f"https://audiopipe.suno.ai/?item_id={clip.id}"
    assert clip.is_stream
    assert clip.video_url is None
    assert clip.image_url == f"https://cdn1.suno.ai/image_{clip.id}.png"
    assert (clip.tags, clip.description, clip.model) == ("club banger high-energy edm", "miku dance", "chirp-v3")
    assert clip.lyrics.startswith("[Verse]\nEverybody in the place\n")
    assert clip.duration_s is None


async def test_the_site_samples(client_for: Client) -> None:
    responses = {
        "/suno/fetch": b'{"code":"success","data":[]}',
        "/api/status": (SAMPLES / "api_status.json").read_bytes(),
        "/v1/dashboard/billing/usage": (SAMPLES / "billing_usage.json").read_bytes(),
        "/v1/dashboard/billing/subscription": b'{"hard_limit_usd": 6.62}',
    }
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, stream=httpx.ByteStream(responses[request.url.path]))
    )
    client = client_for(BaseUrl("https", "gateway.example", 443), transport=transport)
    check = await client.check()
    assert (check.system_name, check.balance) == ("New API", Balance(4.12, "$"))


async def test_an_account_page_is_not_a_submission(client_for: Client) -> None:
    body = (SAMPLES / "account_reference.json").read_bytes()
    outcome = await client_for(
        BaseUrl("https", "gateway.example", 443),
        transport=httpx.MockTransport(lambda request: httpx.Response(200, stream=httpx.ByteStream(body))),
    ).submit(Payload("/suno/submit/music", "{}"))
    assert isinstance(outcome, Unknown)
