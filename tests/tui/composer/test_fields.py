"""The form as a value: any request survives the round trip, and old drafts can be parsed."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.requests.derived import DERIVED_TASKS, DerivedTask
from sunotui.domain.requests.music import SLIDERS
from sunotui.domain.requests.request import (
    MAY_HAVE_NO_TASK,
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)
from sunotui.domain.text import trim
from sunotui.tui.composer.drafts.draft import Draft, read_point, show_point
from sunotui.tui.composer.fields import FIELD_BY_ID, FIELD_OF, MODES, Shape, mode_for
from sunotui.tui.composer.screen import ComposeScreen
from tests.tui.harness import open_app

TEXTS = st.text(max_size=30).map(trim)
POINTS = st.none() | st.floats(min_value=0, max_value=3_600)


def _part(name: str, kind: Any) -> st.SearchStrategy[Any]:
    if kind in {"bool", bool}:
        return st.booleans()
    if name == "count":
        return st.sampled_from((2, 12, 5))
    if name == "task":
        return st.sampled_from([task.name for task in DERIVED_TASKS])
    if name == "more_clip_ids":
        return st.lists(st.text("abc-1", min_size=1, max_size=9), max_size=3).map(tuple)
    if name in SLIDERS:
        return st.none() | st.floats(min_value=0, max_value=1)
    return POINTS if name.endswith("_s") else TEXTS


WITH_MODE = [made for made in get_args(Request) if made not in MAY_HAVE_NO_TASK]
"""Requests that the composer has a form for."""


def requests_of(made: type[Request]) -> st.SearchStrategy[Request]:
    """Any request of one kind, valid or not; an upload is identified by the form of its URL."""
    parts = {field.name: _part(field.name, field.type) for field in fields(made)}
    if made is UploadRequest:
        parts["url"] = TEXTS.map("https://".__add__)
    if made is UploadFileRequest:
        parts["path"] = TEXTS.filter(lambda text: text and "://" not in text and not text.startswith("~"))
    if made is MusicRequest:
        # An id of blanks only is not an extension, neither on the wire nor in the form.
        parts["extend_clip_id"] = TEXTS
    return st.builds(made, **parts)


@pytest.mark.parametrize("made", WITH_MODE, ids=lambda made: made.__name__)
def test_a_request_survives_the_form(made: type[Request]) -> None:
    @given(requests_of(made))
    def stays(request: Request) -> None:
        draft = Draft().with_request(request)
        assert draft.request() == (request, "")
        assert Draft.read(draft.text()).request() == (request, "")

    stays()


@given(st.sampled_from(WITH_MODE).flatmap(requests_of), st.sampled_from(WITH_MODE).flatmap(requests_of))
def test_what_was_in_the_form_before_does_not_leak_into_a_request(before: Request, request: Request) -> None:
    came, complaint = Draft("custom", {"takes": "3"}).with_request(before).with_request(request).request()
    assert complaint == ""
    for field in fields(request):
        if field.name == "model" and not getattr(request, "model", ""):
            continue
        assert getattr(came, field.name) == getattr(request, field.name), field.name


def test_every_attribute_of_every_request_has_a_field() -> None:
    for made in WITH_MODE:
        assert set(FIELD_OF[made]) == {field.name for field in fields(made)} - {"task"}
        assert set(FIELD_OF[made].values()) <= set(FIELD_BY_ID)
        if made is not DerivedRequest:
            assert mode_for(made()).id in {mode.id for mode in MODES}


@pytest.mark.parametrize("task", DERIVED_TASKS, ids=lambda task: task.name)
def test_every_derived_task_has_a_mode_with_fields_for_what_it_needs(task: DerivedTask) -> None:
    mode = mode_for(DerivedRequest(task.name))
    assert (mode.task, mode.features) == (task.name, (task.feature,))
    assert set(mode.needs) <= set(mode.fields) <= set(FIELD_BY_ID)
    assert ("lyrics" in mode.fields) is task.takes_words
    assert ("start" in mode.fields) is task.has_range
    assert ("at" in mode.fields) is task.has_point


def test_every_mode_shows_fields_of_its_requests() -> None:
    for mode in MODES:
        known = {name for made in mode.makes for name in mode.field_of(made).values()} | {"takes", "more"}
        assert set(mode.fields) <= known, mode.id
        assert set(mode.needs) <= set(mode.fields), mode.id


@given(st.floats(min_value=0, max_value=59_999, allow_nan=False))
def test_a_displayed_time_can_be_parsed(seconds: float) -> None:
    assert read_point(show_point(seconds)) == seconds


def test_typed_times() -> None:
    points = {"90": 90.0, "1:30": 90.0, " 0:05.5 ": 5.5, "": None, "soon": None, "1:2:3": None, "-1": None, "1e3": None}
    assert {text: read_point(text) for text in points} == points
    assert [show_point(at) for at in (0.0, 61.0, 90.5, 600.0)] == ["0:00", "1:01", "1:30.5", "10:00"]


@pytest.mark.parametrize(
    ("mode", "values", "words"),
    [
        ("extend", {"at": "1:30"}, "Choose the take to extend"),
        ("extend", {"clip": "c", "at": "soon"}, "Continue from must be a time"),
        ("infill", {"clip": "c", "start": "0:45", "end": "later"}, "To must be a time"),
        ("stems", {"clip": "c", "count": "two"}, "Stems must be a number"),
    ],
)
def test_unparsable_text_is_reported(mode: str, values: dict[str, str], words: str) -> None:
    request, complaint = Draft(mode, values).request()
    assert request is None
    assert words in complaint


def test_one_field_accepts_a_url_or_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/singer")
    made = {
        "https://example.com/a.mp3": UploadRequest("https://example.com/a.mp3"),
        "/music/a.mp3": UploadFileRequest("/music/a.mp3"),
        "~/a.mp3": UploadFileRequest("/home/singer/a.mp3"),
        "": UploadRequest(""),
    }
    assert {text: Draft("upload", {"url": text}).request()[0] for text in made} == made


def test_a_draft_of_the_first_version_can_be_parsed() -> None:
    old = '{"mode": "extend", "values": {"clip": "c-1", "at": "1:30", "task": "t-1", "style": "folk", "gone": "x"}}'
    request = MusicRequest(style="folk", extend_clip_id="c-1", extend_at_s=90.0, extend_task_id="t-1")
    assert Draft.read(old).request() == (request, "")
    assert Draft.read('{"mode": "remix", "values": {}}').mode == "describe"
    for text in ("", "[]", "null", '{"mode": 1}', '{"mode": "custom", "values": {}, "also": 5}', "[" * 9_999):
        assert Draft.read(text) == Draft()


def test_a_chosen_mode_sends_only_its_visible_fields() -> None:
    draft = Draft().with_request(MusicRequest(description="rain", style="folk", title="Rain"))
    assert draft.also == ("title", "style")
    assert draft.with_mode("describe").request()[0] == MusicRequest(description="rain")


def test_a_model_stays_if_the_request_has_no_model() -> None:
    draft = Draft("custom", {"model": "chirp-v5"})
    assert draft.with_request(MusicRequest(lyrics="la")).request()[0] == MusicRequest(lyrics="la", model="chirp-v5")
    assert draft.with_request(DerivedRequest("stems", "c")).request()[0] == DerivedRequest("stems", "c"), (
        "stems have a model of their own"
    )
    for made in (DerivedRequest("cover", "c"), DerivedRequest("infill", "c"), ConcatRequest("c"), LyricsRequest("x")):
        assert draft.with_request(made).values["model"] == "chirp-v5"


def test_shapes_are_those_of_the_requests() -> None:
    for made, parts in FIELD_OF.items():
        for part, name in parts.items():
            usual = next(field.default for field in fields(made) if field.name == part)
            shape = FIELD_BY_ID[name].shape
            assert (shape is Shape.FLAG) == isinstance(usual, bool), name
            assert (shape is Shape.POINT) == (part.endswith("_s") and part != "duration_s"), name


@pytest.mark.parametrize("typed", ["nan", "NaN", "inf", "-Infinity", "1e400", "9" * 400, "1_0", "½", "zero"])
@pytest.mark.parametrize("name", ["style_weight", "weirdness", "audio_weight", "duration_s"])
def test_an_invalid_number_makes_no_request(name: str, typed: str) -> None:
    draft = Draft().with_request(MusicRequest(description="snow")).with_value("more", "yes").with_value(name, typed)
    made, complaint = draft.request()
    assert made is None
    assert complaint.endswith("must be a number, such as 0.5")


@pytest.mark.parametrize("text", ["\u200b", "\ufeff", "\u2060", "\u3164", "\0\0", "\u0301", "\ufffc"], ids=ascii)
@pytest.mark.parametrize(("mode", "field"), [("describe", "description"), ("custom", "lyrics"), ("lyrics", "prompt")])
def test_a_field_without_visible_text_is_empty(mode: str, field: str, text: str) -> None:
    """Regression: the preview called it ready, and it was billed."""
    draft = Draft(mode, {field: text})
    request, complaint = draft.request()
    titled = draft.with_value("title", "T").with_value("style", "folk")
    assert (complaint, titled.first_gap, draft.has_content) == ("", field, False)
    assert request is not None
    assert any(problem.is_blocking for problem in request.problems())
    assert draft.counter(FIELD_BY_ID[field])[0].startswith("0/")


async def test_tab_follows_the_order_of_fields_before_they_are_drawn(tmp_path: Path) -> None:
    """Regression: with Textual's order by drawn positions, a burst of keys landed in other fields on a busy machine."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f9")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        with harness.app.batch_update():
            await screen.action_mode("extend")
            reached = [widget.id for widget in screen.focus_chain if widget.id in FIELD_BY_ID]
        # Model, voice and source take have pick-lists; the rest is under More.
        assert reached == ["at", "title", "style", "lyrics", "instrumental"]


async def test_tab_goes_from_the_text_to_the_options_and_to_the_check_last(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        reached = []
        for _ in range(9):
            focused = harness.app.focused
            reached.append(focused.id if focused is not None else "")
            await harness.press("tab")
        order = ["title", "style", "lyrics", "model-pick", "voice", "requests", "instrumental", "fold", "check"]
        assert reached == order


@pytest.mark.parametrize(
    ("texts", "focused"),
    [({}, "title"), ({"title": "T"}, "style"), ({"title": "T", "style": "folk"}, "lyrics")],
)
async def test_custom_begins_at_the_first_empty_field(texts: dict[str, str], focused: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        for name, text in texts.items():
            screen.session.write(name, text)
        await harness.press("f3")
        assert harness.app.focused is not None
        assert harness.app.focused.id == focused


async def test_tab_into_a_line_selects_nothing(tmp_path: Path) -> None:
    """The next key replaced the whole title."""
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3", *"Rain", "tab", "shift+tab", *"y")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)
        assert screen.session.form.text_of("title") == "Rainy"


async def test_a_refused_section_marks_the_fields_that_are_missing(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f10")
        screen = harness.app.screen
        assert isinstance(screen, ComposeScreen)

        def marked() -> set[str]:
            names = ("start", "end")
            return {name for name in names if screen.query_one(f"#field-{name}").has_class("-bad")}

        await harness.press("ctrl+s")
        assert marked() == {"start", "end"}
        screen.session.write("start", "0:45")
        assert marked() == {"end"}
        screen.session.write("end", "0:30")
        assert marked() == {"start"}, "it ends before it begins"
        screen.session.write("end", "1:10")
        assert marked() == set()
