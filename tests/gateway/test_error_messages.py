"""Every failure of protocol section 5, sample or not, and the one sentence that it becomes, word for word."""

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
    outcome_of_answer,
)
from tests.support.paths import ROOT, SAMPLES

pytestmark = pytest.mark.guarantee(
    "S3", ordinary="more than 110 failures of known gateways word for word; 600 generated responses"
)

TABLES = ROOT / "tests" / "gateway" / "failures"
SECRET = "sk-planted9Canary7"
OTHERS_KEY = "sk-somebodyElses1234"

# A sentence says in its own words whose matter it is.
NAMES_ITS_MATTER = {
    ErrorSource.TOKEN: r"\btoken\b",
    ErrorSource.KEY_QUOTA: r"key's own quota",
    ErrorSource.KEY_LIMITS: r"\bkey\b",
    ErrorSource.MONEY: r"account has not enough money",
    ErrorSource.REQUEST: r"request|words|text|task|\bid\b",
    ErrorSource.GATEWAY: r"gateway",
    ErrorSource.UPSTREAM: r"upstream",
    ErrorSource.LOGIN: r"gateway's own login",
    ErrorSource.PROXY: r"proxy in front of the gateway",
}


@dataclass(frozen=True)
class Row:
    """One failure as it comes over the wire, and all that must be said about it."""

    status: int
    whose: str
    kind: str
    proves: str
    """Of a submission: "refusal", or "nothing" when a task may have been made and paid."""
    sentence: str
    """Of a fetch; for a submission whose outcome is unknown the advice is another."""
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
        """The headers, with the kind of the content."""
        kind = "text/html" if self.content.lstrip()[:1] == b"<" else "application/json"
        return {"content-type": kind, **self.headers}

    @property
    def trouble(self) -> SunotuiError:
        """What a fetch makes of it."""
        return error_from_response(self.status, self.all_headers, self.content, secret=SECRET)

    @property
    def outcome(self) -> Outcome:
        """What a submission makes of it."""
        return outcome_of_answer(self.status, self.all_headers, self.content, secret=SECRET)


ROWS = {
    row.name or row.sample: row
    for table in sorted(TABLES.glob("*.toml"))
    for row in (Row(**entry) for entry in tomllib.loads(table.read_text("utf-8"))["row"])
}


def test_no_failure_is_left_out() -> None:
    stored = {path.name for path in SAMPLES.glob("err_*")} | {f"raw/{path.name}" for path in SAMPLES.glob("raw/*")}
    assert stored <= set(ROWS)
    assert len(ROWS) >= 110


@pytest.mark.parametrize("name", ROWS)
def test_the_sentence_word_for_word(name: str) -> None:
    row = ROWS[name]
    trouble = row.trouble
    assert trouble.full_sentence == row.sentence
    assert (trouble.source.value, trouble.code) == (row.whose, row.kind)
    assert (trouble.http_status, trouble.charge) == (row.status, Charge.NO)


@pytest.mark.parametrize("name", ROWS)
def test_the_sentence_says_what_whose_and_what_to_do(name: str) -> None:
    trouble = ROWS[name].trouble
    assert re.search(NAMES_ITS_MATTER[trouble.source], trouble.what, re.IGNORECASE)
    for part in (trouble.what, trouble.advice):
        assert part
        assert ". " not in part
        assert not part.endswith(".")
    assert trouble.detail == "" or f"({trouble.detail})" in trouble.full_sentence


@pytest.mark.parametrize("name", ROWS)
def test_what_it_proves_of_a_submission(name: str) -> None:
    row, outcome = ROWS[name], ROWS[name].outcome
    assert not isinstance(outcome, Accepted)
    assert isinstance(outcome, Rejected if row.proves == "refusal" else Unknown)
    if isinstance(outcome, Rejected):
        # Proof is a refusal that gateways give before they spend, in a form of theirs (S3).
        assert row.status in {400, 401, 402, 403, 404, 413, 422, 429, 430, 455, 500, 503}
        assert outcome.error.full_sentence == row.sentence
        assert outcome.error.charge is Charge.NO
        return
    assert outcome.error.charge is Charge.MAYBE
    advice = HINT_ADVICE if outcome.hints else UNKNOWN_ADVICE
    assert outcome.error.full_sentence == row.sentence.replace(
        f"{row.trouble.advice}.", f"{advice}. It may have been charged."
    )


@pytest.mark.parametrize("key", ["data", "result", "clips", "id", "task_id", "taskId"])
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.proves == "refusal"])
def test_a_refusal_that_names_a_task_proves_nothing(name: str, key: str) -> None:
    row = ROWS[name]
    document = {**json.loads(row.content), key: [{"id": "c1"}] if key == "clips" else "736a6f88-bd29-4b1e"}
    outcome = outcome_of_answer(row.status, row.all_headers, json.dumps(document).encode())
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE


@pytest.mark.parametrize("name", ROWS)
def test_the_request_id_is_kept_and_told_once(name: str) -> None:
    row = ROWS[name]
    reported = re.search(r"\(request id: (\w+)\)", row.content.decode("utf-8", "replace"))
    expected = reported[1] if reported else ""
    for header in ("X-Oneapi-Request-Id", "X-Any2api-Request-Id", "cf-ray"):
        expected = row.headers.get(header, expected)
    assert row.trouble.request_id == expected
    assert row.trouble.full_sentence.count(expected or "Request id") == (1 if expected else 0)
    assert row.trouble.full_sentence.endswith(f"Request id: {expected}." if expected else ".")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.body])
def test_no_key_is_repeated_in_any_part(name: str) -> None:
    row = ROWS[name]
    body = row.body
    # Planted into every text of the body, also where that breaks it.
    for mark in ('"message":"', '"message": "', '"msg": "', '"detail": "'):
        body = body.replace(mark, f"{mark}{SECRET} {OTHERS_KEY} Bearer abcdefghij1234567890 ")
    if body == row.body:
        body = f"{SECRET} {body}"
    outcome = outcome_of_answer(row.status, row.all_headers, body.encode(), secret=SECRET)
    assert not isinstance(outcome, Accepted)
    trouble = outcome.error
    for text in (trouble.full_sentence, trouble.detail, trouble.answer, outcome.answer, *getattr(outcome, "hints", ())):
        for key in (SECRET, OTHERS_KEY, "abcdefghij1234567890"):
            assert key not in text


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.content.isascii()])
def test_chinese_words_stand_beside_ours_as_they_are(name: str) -> None:
    trouble = ROWS[name].trouble
    words = re.sub(r"[\x00-\x7f]", "", ROWS[name].content.decode())
    assert set(words) <= set(trouble.full_sentence)
    assert set(words) <= set(trouble.answer)
    assert trouble.what.isascii()


@pytest.mark.parametrize("name", ROWS)
def test_the_whole_answer_is_there_to_be_read(name: str) -> None:
    row = ROWS[name]
    if 300 <= row.status < 400:
        return
    kept = " ".join(row.trouble.answer.split())
    first_words = " ".join(row.content.decode().split())[:40].split("[sk-", 1)[0]
    assert kept.startswith(first_words)


def test_everybody_the_issue_names_has_a_row() -> None:
    assert {row.whose for row in ROWS.values()} == {source.value for source in NAMES_ITS_MATTER}


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
def test_any_answer_is_one_printable_line(status: int, headers: dict[str, str], body: bytes, secret: str) -> None:
    outcome = outcome_of_answer(status, headers, body, secret=secret)
    troubles = [error_from_response(status, headers, body, secret=secret)]
    troubles += [] if isinstance(outcome, Accepted) else [outcome.error]
    for trouble in troubles:
        assert not has_dangerous(trouble.full_sentence)
        assert trouble.full_sentence.endswith((".", "…"))
        assert len(trouble.full_sentence) <= SENTENCE_LIMIT
        assert not has_dangerous(trouble.answer.replace("\n", ""))
