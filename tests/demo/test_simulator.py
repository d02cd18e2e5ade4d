"""The studio: what it makes of an order, the same for a seed, at its speed, for its price."""

from __future__ import annotations

import random

import pytest

from sunotui.demo import prices
from sunotui.demo.dialects import DIALECTS
from sunotui.demo.music.jobs import Job, Part
from sunotui.demo.music.takes import Flaws
from sunotui.demo.requests.payloads import DEFAULT_MV, MusicPayload
from sunotui.demo.simulator import Simulator, UnknownClip
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from tests.demo.bench import EVERY_DIALECT, Clock

WISH = MusicPayload(gpt_description_prompt="a lullaby for a lighthouse")


def studio(
    seed: int = 1, speed: float = 1.0, dialect: str = "reference", balance: float = 5.0
) -> tuple[Simulator, Clock]:
    clock = Clock()
    return Simulator(seed, speed, clock.now, DIALECTS[dialect].new_id, balance), clock


def a_day(made: Simulator) -> list[Job]:
    """One of everything."""
    song = made.make_song(WISH)
    words = made.write_lyrics("a cold harbour")
    extension = made.make_song(MusicPayload(prompt="more", continue_clip_id=song.takes[0].id, continue_at=40.0))
    return [
        song,
        words,
        extension,
        made.concat(extension.takes[1].id, False),
        made.upload_from_url("https://a.example/b.mp3"),
    ]


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_a_seed_makes_the_same_day_twice(dialect: str) -> None:
    assert a_day(studio(7, dialect=dialect)[0]) == a_day(studio(7, dialect=dialect)[0])


def test_another_seed_makes_another_day() -> None:
    for one, other in zip(a_day(studio(7)[0]), a_day(studio(8)[0]), strict=True):
        assert one.id != other.id
        assert [take.id for take in one.takes] != [take.id for take in other.takes] or not one.takes


def test_no_two_ids_are_the_same() -> None:
    made, _ = studio()
    jobs = [made.make_song(WISH) for _ in range(50)]
    assert len({job.id for job in jobs}) == 50
    assert len({take.id for job in jobs for take in job.takes}) == 100


def test_a_fault_changes_no_other_job() -> None:
    plain, faulty = studio()[0], studio()[0]
    first, second = plain.make_song(WISH), plain.make_song(WISH)
    flawed = faulty.make_song(WISH, Flaws(fails=True))
    assert flawed.id == first.id
    assert faulty.make_song(WISH) == second


@pytest.mark.parametrize("speed", [0.5, 1.0, 60.0])
def test_a_song_takes_twenty_to_sixty_seconds_at_its_speed(speed: float) -> None:
    made, clock = studio(speed=speed)
    jobs = [made.make_song(WISH) for _ in range(40)]
    clock.at += 19.9 / speed
    assert {job.status(clock.at) for job in jobs} == {TaskStatus.IN_PROGRESS}
    clock.at += 40.2 / speed
    assert {job.status(clock.at) for job in jobs} == {TaskStatus.SUCCESS}


def test_both_takes_stream_before_they_are_done() -> None:
    made, clock = studio()
    for _ in range(60):
        job = made.make_song(WISH)
        assert len(job.takes) == 2
        for take in job.takes:
            assert take.queued_s < take.streams_s < take.done_s
            assert 90 < take.duration_s < 250
            assert job.clip_status(take, clock.at + take.streams_s + 0.001) is ClipStatus.STREAMING


def test_a_described_song_writes_itself() -> None:
    made, _ = studio()
    job = made.make_song(MusicPayload(gpt_description_prompt="a lullaby", title="Mine", tags="mine", mv="chirp-v4"))
    assert job.title != "Mine"
    assert job.tags != "mine"
    assert "[Verse]" in job.lyrics
    assert (job.description, job.model) == ("a lullaby", "chirp-v4")


def test_a_described_instrumental_has_no_words() -> None:
    job = studio()[0].make_song(MusicPayload(gpt_description_prompt="a lullaby", make_instrumental=True))
    assert job.lyrics == ""
    assert job.title


def test_a_custom_song_is_what_was_given() -> None:
    job = studio()[0].make_song(MusicPayload(prompt="[Verse]\nLa", title="La", tags="waltz"))
    assert (job.title, job.lyrics, job.tags, job.model) == ("La", "[Verse]\nLa", "waltz", DEFAULT_MV)
    assert "carousel" in {take.loop for take in job.takes}


def test_a_song_without_words_or_title_is_called_something() -> None:
    job = studio()[0].make_song(MusicPayload(tags="ambient"))
    assert job.lyrics == ""
    assert job.title


def test_an_extension_knows_its_parent_and_takes_its_name() -> None:
    made, _ = studio()
    parent = made.make_song(MusicPayload(prompt="one", title="Parent", tags="folk"))
    job = made.make_song(MusicPayload(prompt="two", continue_clip_id=parent.takes[1].id, continue_at=61.5))
    assert job.history == (Part(parent.takes[1].id, 61.5),)
    assert (job.title, job.tags, job.lyrics) == ("Parent", "folk", "two")


def test_beside_a_description_the_parent_is_dropped() -> None:
    made, _ = studio()
    parent = made.make_song(WISH)
    for clip_id in (parent.takes[0].id, "nobody's"):
        job = made.make_song(MusicPayload(gpt_description_prompt="x", continue_clip_id=clip_id, continue_at=10))
        assert job.history == ()


def test_a_clip_of_nobody_cannot_be_extended_and_nothing_is_made() -> None:
    made, _ = studio()
    with pytest.raises(UnknownClip):
        made.make_song(MusicPayload(prompt="x", continue_clip_id="nobody's"))
    assert made.spent() == 0
    assert made.make_song(WISH).number == 1


def test_concat_joins_all_that_came_before() -> None:
    made, _ = studio()
    one = made.make_song(MusicPayload(prompt="one", title="Whole", tags="rock"))
    two = made.make_song(MusicPayload(prompt="two", continue_clip_id=one.takes[0].id, continue_at=60.0))
    three = made.make_song(MusicPayload(prompt="three", continue_clip_id=two.takes[1].id, continue_at=45.0))
    job = made.concat(three.takes[0].id, True)
    assert job.kind is TaskKind.CONCAT
    assert job.concat_history == (
        Part(one.takes[0].id, 60.0, True),
        Part(two.takes[1].id, 45.0, True),
        Part(three.takes[0].id, None),
    )
    assert (job.title, job.lyrics) == ("Whole", "one\n\ntwo\n\nthree")
    assert len(job.takes) == 1
    assert job.takes[0].duration_s == pytest.approx(60 + 45 + three.takes[0].duration_s, abs=0.02)


@pytest.mark.parametrize("at_s", [1e300, -1e300])
def test_no_parent_gives_more_to_a_whole_than_it_has(at_s: float) -> None:
    made, _ = studio()
    one = made.make_song(WISH)
    two = made.make_song(MusicPayload(prompt="two", continue_clip_id=one.takes[0].id, continue_at=at_s))
    share = one.takes[0].duration_s if at_s > 0 else 0.0
    whole = made.concat(two.takes[0].id, False).takes[0]
    assert whole.duration_s == pytest.approx(share + two.takes[0].duration_s, abs=0.02)


def test_only_an_extended_clip_can_be_concatenated() -> None:
    made, _ = studio()
    for clip_id in (made.make_song(WISH).takes[0].id, "nobody's", ""):
        with pytest.raises(UnknownClip):
            made.concat(clip_id, False)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://a.example/x/My%20Take.mp3?sig=1", "My%20Take"),
        ("https://a.example/", "upload"),
        ("http://a.example", "upload"),
        ("https://a.example/demo.tar.gz", "demo.tar"),
    ],
)
def test_an_upload_is_named_after_its_file(url: str, title: str) -> None:
    job = studio()[0].upload_from_url(url)
    assert (job.title, job.kind, job.price) == (title, TaskKind.UPLOAD, 0.0)
    assert job.status(job.submitted_at + 9.1) is TaskStatus.SUCCESS


def test_jobs_come_in_the_order_of_their_making_each_once() -> None:
    made, _ = studio()
    one, two, three = (made.make_song(WISH) for _ in range(3))
    assert made.jobs([three.id, "nobody's", one.id, three.id]) == [one, three]
    assert made.job(two.id) == two
    assert made.job("nobody's") is None


def test_clips_are_found_with_their_job() -> None:
    made, _ = studio()
    job = made.make_song(WISH)
    assert made.clip(job.takes[1].id) == (job, job.takes[1])
    assert made.clip("nobody's") is None


def test_money_goes_and_what_fails_is_given_back() -> None:
    made, clock = studio(balance=0.21)
    made.make_song(WISH)
    made.make_song(WISH, Flaws(fails=True))
    assert made.spent() == pytest.approx(2 * prices.SONG)
    assert made.can_pay(prices.LYRICS)
    assert not made.can_pay(prices.SONG)
    clock.at += 16
    assert made.spent() == pytest.approx(prices.SONG)
    assert made.can_pay(prices.SONG)


def test_a_failed_song_has_no_good_take_and_says_why() -> None:
    made, clock = studio()
    job = made.make_song(WISH, Flaws(fails=True))
    clock.at += 16
    assert job.status(clock.at) is TaskStatus.FAILURE
    assert "moderation" in job.fail_reason(clock.at)
    assert {job.clip_status(take, clock.at) for take in job.takes} == {ClipStatus.ERROR}


@pytest.mark.parametrize("seed", range(12))
def test_half_a_failure_ends_with_one_good_take(seed: int) -> None:
    made, clock = studio(seed)
    job = made.make_song(WISH, Flaws(half_fails=True))
    last = max(take.done_s for take in job.takes)
    assert job.status(clock.at + last - 0.1) is TaskStatus.IN_PROGRESS
    assert job.status(clock.at + last + 0.001) is TaskStatus.FAILURE
    states = [job.clip_status(take, clock.at + last + 0.001) for take in job.takes]
    assert sorted(states) == [ClipStatus.COMPLETE, ClipStatus.ERROR]


def test_failed_lyrics_are_empty_and_half_failed_ones_are_not() -> None:
    made, clock = studio()
    failed, half = made.write_lyrics("x", Flaws(fails=True)), made.write_lyrics("x", Flaws(half_fails=True))
    assert failed.status(clock.at) is half.status(clock.at) is TaskStatus.FAILURE
    assert failed.lyrics == ""
    assert half.lyrics


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_ids_have_the_shape_of_their_server(dialect: str) -> None:
    new_id = DIALECTS[dialect].new_id
    made = {kind: new_id(random.Random(1), kind) for kind in TaskKind}
    dashed = (8, 4, 4, 4, 12)
    for kind, made_id in made.items():
        if dialect == "new-api-2026":
            assert made_id.startswith("task_")
            assert len(made_id) == 37
            assert made_id[5:].isalnum()
        elif dialect in ("reference", "gptproto") and kind is not TaskKind.LYRICS:
            assert len(bytes.fromhex(made_id)) == 16
        else:
            assert tuple(map(len, made_id.split("-"))) == dashed
