"""The simulator: the jobs it makes of requests, their reproducibility, timing and prices."""

from __future__ import annotations

import random

import pytest

from sunotui.demo.dialects import DIALECTS
from sunotui.demo.music import prices
from sunotui.demo.music.jobs import Job, Part
from sunotui.demo.music.takes import Flaws
from sunotui.demo.requests.payloads import DEFAULT_MV, MusicPayload
from sunotui.demo.simulator import Simulator, UnknownClip
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from tests.demo.harness import EVERY_DIALECT, Clock

DESCRIBED = MusicPayload(gpt_description_prompt="a lullaby for a lighthouse")


def new_simulator(
    seed: int = 1, speed: float = 1.0, dialect: str = "reference", balance: float = 5.0
) -> tuple[Simulator, Clock]:
    clock = Clock()
    return Simulator(seed, speed, clock.now, DIALECTS[dialect].new_id, balance), clock


def one_of_each(simulator: Simulator) -> list[Job]:
    """One job of every kind."""
    song = simulator.make_song(DESCRIBED)
    lyrics = simulator.write_lyrics("a cold harbour")
    extension = simulator.make_song(MusicPayload(prompt="more", continue_clip_id=song.takes[0].id, continue_at=40.0))
    return [
        song,
        lyrics,
        extension,
        simulator.concat(extension.takes[1].id, False),
        simulator.upload_from_url("https://a.example/b.mp3"),
    ]


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_a_seed_determines_the_jobs(dialect: str) -> None:
    assert one_of_each(new_simulator(7, dialect=dialect)[0]) == one_of_each(new_simulator(7, dialect=dialect)[0])


def test_another_seed_gives_other_ids() -> None:
    for one, other in zip(one_of_each(new_simulator(7)[0]), one_of_each(new_simulator(8)[0]), strict=True):
        assert one.id != other.id
        assert [take.id for take in one.takes] != [take.id for take in other.takes] or not one.takes


def test_all_ids_are_unique() -> None:
    simulator, _ = new_simulator()
    jobs = [simulator.make_song(DESCRIBED) for _ in range(50)]
    assert len({job.id for job in jobs}) == 50
    assert len({take.id for job in jobs for take in job.takes}) == 100


def test_a_fault_does_not_change_other_jobs() -> None:
    plain, faulty = new_simulator()[0], new_simulator()[0]
    first, second = plain.make_song(DESCRIBED), plain.make_song(DESCRIBED)
    flawed = faulty.make_song(DESCRIBED, Flaws(fails=True))
    assert flawed.id == first.id
    assert faulty.make_song(DESCRIBED) == second


@pytest.mark.parametrize("speed", [0.5, 1.0, 60.0])
def test_a_song_takes_twenty_to_sixty_seconds_at_its_speed(speed: float) -> None:
    simulator, clock = new_simulator(speed=speed)
    jobs = [simulator.make_song(DESCRIBED) for _ in range(40)]
    clock.at += 19.9 / speed
    assert {job.status(clock.at) for job in jobs} == {TaskStatus.IN_PROGRESS}
    clock.at += 40.2 / speed
    assert {job.status(clock.at) for job in jobs} == {TaskStatus.SUCCESS}


def test_both_takes_stream_before_they_are_finished() -> None:
    simulator, clock = new_simulator()
    for _ in range(60):
        job = simulator.make_song(DESCRIBED)
        assert len(job.takes) == 2
        for take in job.takes:
            assert take.queued_s < take.streams_s < take.done_s
            assert 90 < take.duration_s < 250
            assert job.clip_status(take, clock.at + take.streams_s + 0.001) is ClipStatus.STREAMING


def test_a_described_song_gets_a_generated_title_and_lyrics() -> None:
    simulator, _ = new_simulator()
    job = simulator.make_song(
        MusicPayload(gpt_description_prompt="a lullaby", title="Mine", tags="mine", mv="chirp-v4")
    )
    assert job.title != "Mine"
    assert job.tags != "mine"
    assert "[Verse]" in job.lyrics
    assert (job.description, job.model) == ("a lullaby", "chirp-v4")


def test_a_described_instrumental_has_no_lyrics() -> None:
    job = new_simulator()[0].make_song(MusicPayload(gpt_description_prompt="a lullaby", make_instrumental=True))
    assert job.lyrics == ""
    assert job.title


def test_a_custom_song_keeps_the_given_fields() -> None:
    job = new_simulator()[0].make_song(MusicPayload(prompt="[Verse]\nLa", title="La", tags="waltz"))
    assert (job.title, job.lyrics, job.tags, job.model) == ("La", "[Verse]\nLa", "waltz", DEFAULT_MV)
    assert "carousel" in {take.loop for take in job.takes}


def test_a_song_without_lyrics_and_title_gets_a_title() -> None:
    job = new_simulator()[0].make_song(MusicPayload(tags="ambient"))
    assert job.lyrics == ""
    assert job.title


def test_an_extension_refers_to_its_parent_and_inherits_its_title() -> None:
    simulator, _ = new_simulator()
    parent = simulator.make_song(MusicPayload(prompt="one", title="Parent", tags="folk"))
    job = simulator.make_song(MusicPayload(prompt="two", continue_clip_id=parent.takes[1].id, continue_at=61.5))
    assert job.history == (Part(parent.takes[1].id, 61.5),)
    assert (job.title, job.tags, job.lyrics) == ("Parent", "folk", "two")


def test_a_description_overrides_the_parent() -> None:
    simulator, _ = new_simulator()
    parent = simulator.make_song(DESCRIBED)
    for clip_id in (parent.takes[0].id, "unknown"):
        job = simulator.make_song(MusicPayload(gpt_description_prompt="x", continue_clip_id=clip_id, continue_at=10))
        assert job.history == ()


def test_extending_an_unknown_clip_fails_and_creates_nothing() -> None:
    simulator, _ = new_simulator()
    with pytest.raises(UnknownClip):
        simulator.make_song(MusicPayload(prompt="x", continue_clip_id="unknown"))
    assert simulator.spent() == 0
    assert simulator.make_song(DESCRIBED).number == 1


def test_concat_joins_all_ancestors() -> None:
    simulator, _ = new_simulator()
    one = simulator.make_song(MusicPayload(prompt="one", title="Whole", tags="rock"))
    two = simulator.make_song(MusicPayload(prompt="two", continue_clip_id=one.takes[0].id, continue_at=60.0))
    three = simulator.make_song(MusicPayload(prompt="three", continue_clip_id=two.takes[1].id, continue_at=45.0))
    job = simulator.concat(three.takes[0].id, True)
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
def test_a_parent_contributes_at_most_its_duration(at_s: float) -> None:
    simulator, _ = new_simulator()
    one = simulator.make_song(DESCRIBED)
    two = simulator.make_song(MusicPayload(prompt="two", continue_clip_id=one.takes[0].id, continue_at=at_s))
    share = one.takes[0].duration_s if at_s > 0 else 0.0
    whole = simulator.concat(two.takes[0].id, False).takes[0]
    assert whole.duration_s == pytest.approx(share + two.takes[0].duration_s, abs=0.02)


def test_only_an_extended_clip_can_be_concatenated() -> None:
    simulator, _ = new_simulator()
    for clip_id in (simulator.make_song(DESCRIBED).takes[0].id, "unknown", ""):
        with pytest.raises(UnknownClip):
            simulator.concat(clip_id, False)


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
    job = new_simulator()[0].upload_from_url(url)
    assert (job.title, job.kind, job.price) == (title, TaskKind.UPLOAD, 0.0)
    assert job.status(job.submitted_at + 9.1) is TaskStatus.SUCCESS


def test_jobs_are_listed_once_in_creation_order() -> None:
    simulator, _ = new_simulator()
    one, two, three = (simulator.make_song(DESCRIBED) for _ in range(3))
    assert simulator.jobs([three.id, "unknown", one.id, three.id]) == [one, three]
    assert simulator.job(two.id) == two
    assert simulator.job("unknown") is None


def test_clips_are_found_with_their_job() -> None:
    simulator, _ = new_simulator()
    job = simulator.make_song(DESCRIBED)
    assert simulator.clip(job.takes[1].id) == (job, job.takes[1])
    assert simulator.clip("unknown") is None


def test_songs_are_charged_and_failed_ones_refunded() -> None:
    simulator, clock = new_simulator(balance=0.21)
    simulator.make_song(DESCRIBED)
    simulator.make_song(DESCRIBED, Flaws(fails=True))
    assert simulator.spent() == pytest.approx(2 * prices.SONG)
    assert simulator.can_pay(prices.LYRICS)
    assert not simulator.can_pay(prices.SONG)
    clock.at += 16
    assert simulator.spent() == pytest.approx(prices.SONG)
    assert simulator.can_pay(prices.SONG)


def test_a_failed_song_has_no_good_take_and_a_reason() -> None:
    simulator, clock = new_simulator()
    job = simulator.make_song(DESCRIBED, Flaws(fails=True))
    clock.at += 16
    assert job.status(clock.at) is TaskStatus.FAILURE
    assert "moderation" in job.fail_reason(clock.at)
    assert {job.clip_status(take, clock.at) for take in job.takes} == {ClipStatus.ERROR}


@pytest.mark.parametrize("seed", range(12))
def test_a_half_failed_song_ends_with_one_good_take(seed: int) -> None:
    simulator, clock = new_simulator(seed)
    job = simulator.make_song(DESCRIBED, Flaws(half_fails=True))
    last = max(take.done_s for take in job.takes)
    assert job.status(clock.at + last - 0.1) is TaskStatus.IN_PROGRESS
    assert job.status(clock.at + last + 0.001) is TaskStatus.FAILURE
    states = [job.clip_status(take, clock.at + last + 0.001) for take in job.takes]
    assert sorted(states) == [ClipStatus.COMPLETE, ClipStatus.ERROR]


def test_failed_lyrics_are_empty_and_half_failed_lyrics_are_not() -> None:
    simulator, clock = new_simulator()
    failed, half = simulator.write_lyrics("x", Flaws(fails=True)), simulator.write_lyrics("x", Flaws(half_fails=True))
    assert failed.status(clock.at) is half.status(clock.at) is TaskStatus.FAILURE
    assert failed.lyrics == ""
    assert half.lyrics


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_ids_have_the_format_of_their_server(dialect: str) -> None:
    new_id = DIALECTS[dialect].new_id
    ids = {kind: new_id(random.Random(1), kind) for kind in TaskKind}
    dashed = (8, 4, 4, 4, 12)
    for kind, job_id in ids.items():
        if dialect == "new-api-2026":
            assert job_id.startswith("task_")
            assert len(job_id) == 37
            assert job_id[5:].isalnum()
        elif dialect in ("reference", "gptproto") and kind is not TaskKind.LYRICS:
            assert len(bytes.fromhex(job_id)) == 16
        else:
            assert tuple(map(len, job_id.split("-"))) == dashed
