"""Every failure of protocol section 5, with or without a sample, and its exact sentence."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sunotui.domain.errors import SENTENCE_LIMIT, Charge, ErrorSource, SunotuiError
from sunotui.domain.text import has_dangerous
from sunotui.gateway.errors.mapping import error_from_response
from sunotui.gateway.submit.outcome import (
    HINT_ADVICE,
    UNKNOWN_ADVICE,
    Accepted,
    Outcome,
    Rejected,
    Unknown,
    outcome_of_response,
)
from tests.support.paths import ROOT, SAMPLES

pytestmark = pytest.mark.guarantee(
    "S3", ordinary="more than 110 failures of known gateways with their exact sentences; 600 generated responses"
)

TABLES = ROOT / "tests" / "gateway" / "failures"
SECRET = "sk-planted9Canary7"
OTHER_KEY = "sk-anotherUsers1234"

# The words by which a sentence names the source of the error.
SOURCE_PATTERNS = {
    ErrorSource.TOKEN: r"\btoken\b",
    ErrorSource.KEY_QUOTA: r"key's own quota",
    ErrorSource.KEY_LIMITS: r"\bkey\b",
    ErrorSource.MONEY: r"account has not enough money",
    ErrorSource.REQUEST: r"request|words|text|song|\bid\b",
    ErrorSource.GATEWAY: r"gateway",
    ErrorSource.UPSTREAM: r"upstream",
    ErrorSource.LOGIN: r"gateway's own login",
    ErrorSource.PROXY: r"proxy in front of the gateway",
}


@dataclass(frozen=True)
class Row:
    """One error response and the expected classification."""

    status: int
    source: str
    code: str
    proves: str
    """For a submission: "refusal", or "nothing" if a task may have been created and charged."""
    sentence: str
    """For a fetch. A submission with an unknown outcome has another advice."""
    name: str = ""
    sample: str = ""
    body: str = ""
    title: str = ""
    server: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        if self.sample:
            return (SAMPLES / self.sample).read_bytes()
        if self.title:
            page = f"<html><head><title>{self.title}</title></head><body><hr>{self.server}</body></html>"
            return page.encode()
        return self.body.encode()

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers with a content type."""
        kind = "text/html" if self.content.lstrip()[:1] == b"<" else "application/json"
        return {"content-type": kind, **self.headers}

    @property
    def error(self) -> SunotuiError:
        """The error that a fetch raises."""
        return error_from_response(self.status, self.all_headers, self.content, secret=SECRET)

    @property
    def outcome(self) -> Outcome:
        """The outcome of a submission."""
        return outcome_of_response(self.status, self.all_headers, self.content, secret=SECRET)


ROWS = {
    row.name or row.sample: row
    for table in sorted(TABLES.glob("*.toml"))
    for row in (Row(**entry) for entry in tomllib.loads(table.read_text("utf-8"))["row"])
}


def test_every_error_sample_has_a_row() -> None:
    stored = {path.name for path in SAMPLES.glob("err_*")} | {f"raw/{path.name}" for path in SAMPLES.glob("raw/*")}
    assert stored <= set(ROWS)
    assert len(ROWS) >= 110


@pytest.mark.parametrize("name", ROWS)
def test_the_exact_sentence(name: str) -> None:
    row = ROWS[name]
    error = row.error
    assert error.worded(with_request_id=True) == row.sentence
    assert (error.source.value, error.code) == (row.source, row.code)
    assert (error.http_status, error.charge) == (row.status, Charge.NO)


@pytest.mark.parametrize("name", ROWS)
def test_the_sentence_gives_cause_source_and_advice(name: str) -> None:
    error = ROWS[name].error
    assert re.search(SOURCE_PATTERNS[error.source], error.what, re.IGNORECASE)
    for part in (error.what, error.advice):
        assert part
        assert ". " not in part
        assert not part.endswith(".")
    assert error.detail == "" or f"({error.detail})" in error.worded(with_request_id=True)


@pytest.mark.parametrize("name", ROWS)
def test_what_a_failure_proves_about_a_submission(name: str) -> None:
    row, outcome = ROWS[name], ROWS[name].outcome
    assert not isinstance(outcome, Accepted)
    assert isinstance(outcome, Rejected if row.proves == "refusal" else Unknown)
    if isinstance(outcome, Rejected):
        # Only a refusal that a gateway sends before it charges, in a known format, is proof (S3).
        assert row.status in {400, 401, 402, 403, 404, 413, 422, 429, 430, 455, 500, 503}
        assert outcome.error.worded(with_request_id=True) == row.sentence
        assert outcome.error.charge is Charge.NO
        return
    assert outcome.error.charge is Charge.MAYBE
    advice = HINT_ADVICE if outcome.hints else UNKNOWN_ADVICE
    assert outcome.error.worded(with_request_id=True) == row.sentence.replace(
        f"{row.error.advice}.", f"{advice}. It may have been charged."
    )


@pytest.mark.parametrize("key", ["data", "result", "clips", "id", "task_id", "taskId"])
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.proves == "refusal"])
def test_a_refusal_that_names_a_task_proves_nothing(name: str, key: str) -> None:
    row = ROWS[name]
    document = {**json.loads(row.content), key: [{"id": "c1"}] if key == "clips" else "736a6f88-bd29-4b1e"}
    outcome = outcome_of_response(row.status, row.all_headers, json.dumps(document).encode())
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE


@pytest.mark.parametrize("name", ROWS)
def test_the_request_id_is_read_and_shown_once(name: str) -> None:
    row = ROWS[name]
    reported = re.search(r"\(request id: (\w+)\)", row.content.decode("utf-8", "replace"))
    expected = reported[1] if reported else ""
    for header in ("X-Oneapi-Request-Id", "X-Any2api-Request-Id", "cf-ray"):
        expected = row.headers.get(header, expected)
    assert row.error.request_id == expected
    assert row.error.worded(with_request_id=True).count(expected or "Request id") == (1 if expected else 0)
    assert row.error.worded(with_request_id=True).endswith(f"Request id: {expected}." if expected else ".")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.body])
def test_no_part_of_an_error_contains_a_key(name: str) -> None:
    row = ROWS[name]
    body = row.body
    # Inserted into every string of the body, even if that makes it invalid.
    for mark in ('"message":"', '"message": "', '"msg": "', '"detail": "'):
        body = body.replace(mark, f"{mark}{SECRET} {OTHER_KEY} Bearer abcdefghij1234567890 ")
    if body == row.body:
        body = f"{SECRET} {body}"
    outcome = outcome_of_response(row.status, row.all_headers, body.encode(), secret=SECRET)
    assert isinstance(outcome, Rejected | Unknown)
    error = outcome.error
    for text in (
        error.worded(with_request_id=True),
        error.detail,
        error.answer,
        outcome.answer,
        *getattr(outcome, "hints", ()),
    ):
        for key in (SECRET, OTHER_KEY, "abcdefghij1234567890"):
            assert key not in text


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.content.isascii()])
def test_chinese_messages_are_kept_beside_our_text(name: str) -> None:
    error = ROWS[name].error
    chinese = re.sub(r"[\x00-\x7f]", "", ROWS[name].content.decode())
    assert set(chinese) <= set(error.worded(with_request_id=True))
    assert set(chinese) <= set(error.answer)
    assert error.what.isascii()


@pytest.mark.parametrize("name", ROWS)
def test_the_error_keeps_the_response(name: str) -> None:
    row = ROWS[name]
    if 300 <= row.status < 400:
        return
    kept = " ".join(row.error.answer.split())
    first_words = " ".join(row.content.decode().split())[:40].split("[sk-", 1)[0]
    assert kept.startswith(first_words)


def test_every_source_has_a_row() -> None:
    assert {row.source for row in ROWS.values()} == {source.value for source in SOURCE_PATTERNS}


# --- totality ---------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from(["error", "message", "code", "msg", "data", "fail_to_fetch_task", "令牌额度", "no", "\x1b[2J"])
_BODIES = st.binary(max_size=300) | st.lists(_WORDS, max_size=9).map(lambda words: " ".join(words).encode())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())
_HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "server", "X-Oneapi-Request-Id", "Location", "retry-after", "date", "cf-ray"]),
    st.text(max_size=200) | st.sampled_from(["text/html", "cloudflare", "http://[", "-1", "1e999"]),
)


@settings(max_examples=600)
@example(100, {}, "a\u3000b\xa0!".encode(), "")
@given(st.integers(100, 599), _HEADERS, _BODIES | _JSON, st.sampled_from(["", SECRET]))
def test_any_response_gives_one_printable_line(status: int, headers: dict[str, str], body: bytes, secret: str) -> None:
    outcome = outcome_of_response(status, headers, body, secret=secret)
    errors = [error_from_response(status, headers, body, secret=secret)]
    errors += [outcome.error] if isinstance(outcome, Rejected | Unknown) else []
    for error in errors:
        assert not has_dangerous(error.worded(with_request_id=True))
        assert error.worded(with_request_id=True).endswith((".", "…"))
        assert len(error.worded(with_request_id=True)) <= SENTENCE_LIMIT
        assert not has_dangerous(error.answer.replace("\n", ""))
