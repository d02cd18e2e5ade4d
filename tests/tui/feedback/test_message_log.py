"""The details of a message: its source, and the whole response with its request id."""

from __future__ import annotations

from sunotui.domain.errors import ErrorSource, GatewayFailed, UnreadableResponse
from sunotui.tui.feedback.message_log import MessageLog


def behind(log: MessageLog) -> list[tuple[str, str]]:
    """The lines below the newest message, with their names."""
    return [(str(line.label).strip(), str(line.text)) for line in log.lines()[1:]]


def test_the_whole_response_of_unknown_form_is_shown() -> None:
    log = MessageLog()
    response = '{\n  "job": "736a6f88-bd29-4b1e-b110-37132a5325ac"\n}'
    error = UnreadableResponse(answer=response, request_id="r-1", http_status=200)
    log.add("error", error.sentence, error)
    assert behind(log) == [
        ("source", "gateway"),
        ("http", "200"),
        ("request id", "r-1"),
        ("response", "{"),
        ("", '  "job": "736a6f88-bd29-4b1e-b110-37132a5325ac"'),
        ("", "}"),
    ]


def test_without_a_response_the_detail_is_shown() -> None:
    log = MessageLog()
    error = GatewayFailed(detail="502 Bad Gateway", source=ErrorSource.PROXY)
    log.add("warning", error.sentence, error)
    assert behind(log) == [("source", "proxy"), ("response", "502 Bad Gateway")]
