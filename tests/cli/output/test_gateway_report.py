"""Known facts about gateways: in the doctor's report, in the list of profiles and in warnings before a request."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sunotui.cli.output.gateway_report import software_name
from sunotui.demo.dialects import DIALECTS
from sunotui.demo.server import DemoServer
from sunotui.domain.gateways.capabilities import Capabilities, Software
from sunotui.domain.gateways.money import Balance
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.prices import PriceStore
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine, StartDemo

FEATURES = [
    *("concat", "upload", "upload_file", "cover", "infill", "persona", "stems", "exclude", "extra", "tags", "timing"),
    *(
        "feed",
        "wav",
        "cover_extend",
        "add_vocals",
        "add_instrumental",
        "remaster",
        "mashup",
        "inspired",
        "sound",
        "hum",
    ),
    *("image", "video", "sliders", "persona_creation", "mp4", "midi", "my_musics"),
]
FindDemo = Callable[[str], DemoServer]


def database_of(cli: CommandLine) -> Database:
    """The library of the command line."""
    return Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")


def support_codes(document: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    """The support of each feature in the doctor's document."""
    assert all(list(each) == ["feature", "verdict", "since", "reason"] for each in document["offers"])
    assert all((each["since"] is None) is (not each["reason"]) for each in document["offers"])
    return {each["feature"]: each["verdict"] for each in document["offers"]}


@pytest.mark.parametrize(
    ("dialect", "software", "offered"),
    [
        ("reference", "Suno-API", {"feed"}),
        ("new-api", "new-api", set()),
        ("one-hub", "one-hub", set()),
        ("paid", "new-api", {"feed", "wav", "timing", "upload_file"}),
    ],
)
def test_the_doctor_probes_the_gateway_for_free(
    cli: CommandLine, demos: FindDemo, dialect: str, software: str, offered: set[str]
) -> None:
    cli.use(demos(dialect))
    known = cli.json("doctor")["gateway"]
    assert list(known) == [
        *("profile", "base_url", "software", "version", "system_name", "models", "probed_at", "offers", "balance"),
        *("prices", "usual", "dialect", "proxy"),
    ]
    assert (known["profile"], known["base_url"], known["software"]) == (
        "env",
        cli.environ["SUNOTUI_BASE_URL"],
        software,
    )
    assert known["probed_at"].endswith("Z")
    found = support_codes(known)
    assert list(found) == FEATURES
    assert {feature for feature, code in found.items() if code == "offered"} == offered
    assert (known["prices"], known["usual"]) == ([], [])
    page = cli.run("doctor")
    assert software in page
    assert "style expansion" in page


def test_balance_prices_and_durations_are_reported(demo_cli: CommandLine) -> None:
    demo_cli.run("tasks")
    database = database_of(demo_cli)
    PriceStore(database).add("env", "music", 0.1, "$", 1_700_000_000.0)
    made = [(f"task-{at}", 100.0 + at) for at in range(10)]
    TaskStore(database).save(
        [Task(name, "env", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, made_in_s=took) for name, took in made]
    )
    database.close()
    known = demo_cli.json("doctor", "--offline")["gateway"]
    assert known["prices"] == [{"request": "music", "amount": 0.1, "unit": "$", "seen": 1}]
    assert known["usual"] == [{"action": "music", "median_s": 104.5, "p90_s": 108.0, "count": 10}]
    assert (known["balance"], known["probed_at"]) == (None, None)
    known = demo_cli.json("doctor")["gateway"]
    assert list(known["balance"]) == ["remaining", "unit"]
    page = demo_cli.run("doctor")
    assert "price of music  $0.10, seen once" in page
    assert "1:44, 9 of 10 within 1:48" in page


def test_an_unfinished_task_says_how_long_it_usually_takes(demo_cli: CommandLine) -> None:
    demo_cli.run("tasks")
    database = database_of(demo_cli)
    tasks = [
        Task(f"task-{at}", "env", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, made_in_s=130.0 + at) for at in range(3)
    ]
    TaskStore(database).save([*tasks, Task("task-now", "env", TaskKind.MUSIC, TaskStatus.QUEUED, 1_700_000_000.0)])
    database.close()
    assert "2:11, 9 of 10 within 2:12; now " in demo_cli.run("show", "task-now")
    assert "9 of 10" not in demo_cli.run("show", "task-1")


def test_an_unreachable_gateway_leaves_known_facts_unchanged(cli: CommandLine, start_demo: StartDemo) -> None:
    server = start_demo(dialect="new-api")
    cli.use(server)
    known = cli.json("doctor")["gateway"]
    server.stop()
    gone = cli.json("doctor", code=5)["gateway"]
    assert gone == known | {"balance": None}
    (row,) = cli.json("profiles")
    assert (row["software"], row["version"]) == (known["software"], known["version"])
    assert row["offers"] == support_codes(known)
    assert "new-api" in cli.run("profiles")


def test_without_a_profile_there_is_no_gateway_report(cli: CommandLine) -> None:
    assert cli.json("doctor")["gateway"] is None


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        (Capabilities(), ""),
        (Capabilities(version="v9"), ""),
        (Capabilities(Software.NEW_API, "v0.9.4"), "new-api v0.9.4"),
        (Capabilities(Software.REFERENCE), "Suno-API"),
    ],
)
def test_software_is_named_with_its_version_where_it_is_known(offers: Capabilities, words: str) -> None:
    assert software_name(offers) == words


# --- warnings before a request ----------------------------------------------------------------------------------------


def test_a_field_that_will_be_dropped_is_named_and_the_song_sent(
    cli: CommandLine, swift: None, demos: FindDemo
) -> None:
    cli.use(demos("new-api"))
    task = cli.json("music", "--describe", "rain", "--exclude", "drums", "--wait")
    assert "negative_tags would be dropped" in cli.err
    assert cli.err.index("negative_tags") < cli.err.index("Accepted")
    assert [(each["take"], each["field"], each["asked"], each["made"]) for each in task["differences"]] == [
        (1, "Exclude", "drums", ""),
        (2, "Exclude", "drums", ""),
    ]
    offers = support_codes(cli.json("doctor", "--offline")["gateway"])
    assert offers["exclude"] == "doubtful", "most gateways never show what was excluded"
    cli.run("music", "--describe", "snow", "--exclude", "drums")
    assert "negative_tags would be dropped" in cli.err


def test_a_plain_song_sends_only_the_required_requests(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="new-api"))
    cli.run("music", "--describe", "rain")
    assert cli.err.startswith("Accepted")
    assert cli.json("doctor", "--offline")["gateway"]["probed_at"] is None


@pytest.mark.parametrize("dialect", ["new-api", "one-hub"])
@pytest.mark.parametrize("command", [("concat", "clip"), ("upload", "https://example.com/hum.mp3")])
def test_an_unsupported_feature_causes_a_warning_and_then_an_error(
    cli: CommandLine, swift: None, demos: FindDemo, dialect: str, command: tuple[str, ...]
) -> None:
    cli.use(demos(dialect))
    assert cli.run(*command, code=5) == ""
    assert "probably not offered here" in cli.err
    (row,) = cli.json("submissions")
    assert (row["state"], row["trouble_kind"]) == ("rejected", "not_offered")
    cli.run(*command, "--again", code=5)
    assert "did not work at this gateway" in cli.err


def test_a_low_balance_causes_a_warning_and_blocks_nothing(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="paid"))
    cli.run("tasks")
    database = database_of(cli)
    PriceStore(database).add("env", "music", 3.0, "$", 1_700_000_000.0)
    database.close()
    cli.run("music", "--describe", "rain", "--count", "2")
    assert "$5.00 left pays for 1 of 2 requests: the usual price is $3.00 (seen once)" in cli.err
    assert "2 requests (4 takes), about $6.00" in cli.err.split("Accepted: ")[0].splitlines()
    left = Balance(cli.json("doctor")["gateway"]["balance"]["remaining"], "$")
    assert left.remaining < 5
    database = database_of(cli)
    for _ in range(4):
        PriceStore(database).add("env", "music", 6.0, "$", 1_700_000_001.0)
    database.close()
    cli.run("music", "--describe", "snow")
    assert f"Only {left} left: the usual price is $6.00 (seen 5 times)" in cli.err


def test_a_command_that_waits_learns_the_price(cli: CommandLine, start_demo: StartDemo, swift: None) -> None:
    cli.use(start_demo(dialect="paid"))
    cli.run("music", "--describe", "rain", "--wait")
    (price,) = cli.json("doctor", "--offline")["gateway"]["prices"]
    assert (price["request"], price["unit"], price["seen"]) == ("music", "$", 1)
    left = cli.json("doctor")["gateway"]["balance"]["remaining"]
    assert round(5.0 - left, 6) == price["amount"]


def at_home(cli: CommandLine, server: DemoServer) -> None:
    """A profile in the config file, with a token_command."""
    folder = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(
        f'[profiles.home]\nbase_url = "{server.base_url}"\ntoken_command = ["echo", "{server.token}"]\n'
    )


def let_a_minute_pass(cli: CommandLine) -> None:
    """Make all times in the library a minute older."""
    database = database_of(cli)
    with database.write() as connection:
        connection.execute("UPDATE balance_look SET seen_at = seen_at - 60")
        connection.execute("UPDATE task SET added_at = added_at - 60, checked_at = checked_at - 60")
        connection.execute(
            "UPDATE submission SET created_at = created_at - 60, sent_at = sent_at - 60, ended_at = ended_at - 60"
        )
    database.close()


def prices(cli: CommandLine) -> list[tuple[str, float, int]]:
    """The learned prices, without a request to the gateway."""
    found = cli.json("doctor", "--offline")["gateway"]["prices"]
    return [(price["request"], price["amount"], price["seen"]) for price in found]


@pytest.mark.parametrize(
    "later", [["fetch", "{id}"], ["wait", "{id}"], ["lyrics", "snow"]], ids=["fetch", "wait", "another request"]
)
def test_a_later_command_learns_the_price_of_one_that_did_not_wait(
    cli: CommandLine, start_demo: StartDemo, swift: None, later: list[str]
) -> None:
    at_home(cli, start_demo(dialect="paid"))
    made = cli.json("music", "--describe", "rain")
    assert prices(cli) == []
    let_a_minute_pass(cli)
    cli.run(*(word.format(id=made["id"]) for word in later))
    assert prices(cli) == [("music", 0.1, 1)]
    # Once, however often it is requested.
    cli.run("fetch", made["id"])
    assert prices(cli) == [("music", 0.1, 1)]


def test_a_command_that_waited_leaves_nothing_to_learn(cli: CommandLine, start_demo: StartDemo, swift: None) -> None:
    at_home(cli, start_demo(dialect="paid"))
    made = cli.json("music", "--describe", "rain", "--wait")
    assert prices(cli) == [("music", 0.1, 1)]
    let_a_minute_pass(cli)
    cli.run("fetch", made["id"])
    cli.run("lyrics", "snow")
    assert prices(cli) == [("music", 0.1, 1)]


def test_two_requests_since_a_balance_give_no_price(cli: CommandLine, start_demo: StartDemo, swift: None) -> None:
    at_home(cli, start_demo(dialect="paid"))
    made = cli.json("music", "--describe", "rain", "--count", "2")[0]
    let_a_minute_pass(cli)
    cli.run("fetch", made["id"])
    assert prices(cli) == []


def test_a_key_of_the_environment_may_be_another_one_each_time(
    cli: CommandLine, start_demo: StartDemo, swift: None
) -> None:
    cli.use(start_demo(dialect="paid"))
    made = cli.json("music", "--describe", "rain")
    let_a_minute_pass(cli)
    cli.run("fetch", made["id"])
    assert prices(cli) == []


def test_an_empty_account_is_reported_before_any_price_is_known(cli: CommandLine) -> None:
    with DemoServer(seed=1, dialect="paid", balance=0.0) as server:
        cli.use(server)
        cli.run("music", "--describe", "rain", code=4)
    assert cli.err.index("the balance is used up ($0.00)") < cli.err.index("Top up")


def test_an_unreachable_gateway_is_reported_once(cli: CommandLine) -> None:
    cli.environ |= {"SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": "sk-12345678"}
    cli.run("stems", "clip", "--wait", code=5)
    assert cli.err.count("could not be reached") == 1


def test_the_doctor_names_the_dialect_and_why(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="paid"))
    found = cli.json("doctor", "--offline")["gateway"]["dialect"]
    assert (found["name"], found["is_proved"]) == ("flat", False)
    cli.environ["SUNOTUI_DIALECT"] = "nested"
    found = cli.json("doctor", "--offline")["gateway"]["dialect"]
    assert found == {"name": "nested", "reason": "set by SUNOTUI_DIALECT", "is_proved": True, "since": None}
    assert "nested (set by SUNOTUI_DIALECT)" in cli.run("doctor", "--offline")


def test_the_journal_has_the_request_in_the_dialect(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="paid"))
    cli.environ["SUNOTUI_DIALECT"] = "sunoapi"
    cli.run("music", "--describe", "rain", "--model", "chirp-fenix")
    database = database_of(cli)
    (text,) = database.column("SELECT body FROM submission", [])
    database.close()
    assert json.loads(text) == {"custom_mode": False, "prompt": "rain", "model": "V5_5", "instrumental": False}


def test_a_request_without_a_format_in_the_dialect_is_never_sent(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="paid"))
    cli.environ["SUNOTUI_DIALECT"] = "sunoapi"
    assert cli.run("stems", "clip", code=2) == ""
    assert "not offered here: the sunoapi form of requests does not have it" in cli.err
    assert cli.json("submissions") == []


def test_no_warnings_for_a_request_that_is_never_sent(cli: CommandLine, start_demo: StartDemo) -> None:
    """A remaster at a stock relay would make a plain song, if the dialect had a format for it."""
    cli.use(start_demo(dialect="new-api"))
    assert cli.run("music", "--remaster", "clip", "--variation", "subtle", code=2) == ""
    (sentence,) = cli.err.splitlines()
    assert sentence.startswith("Remaster is not offered here: the flat form of requests does not have it")


def test_an_unknown_dialect_in_the_environment_is_one_sentence(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="paid"))
    cli.environ["SUNOTUI_DIALECT"] = "key4u"
    cli.run("music", "--describe", "rain", code=2)
    assert "SUNOTUI_DIALECT: unknown dialect" in cli.err
    assert "Use one of auto, flat, nested, sunoapi" in cli.err


def test_a_rejected_model_is_reported_with_those_that_worked(cli: CommandLine, swift: None, demos: FindDemo) -> None:
    cli.use(demos("one-hub"))
    cli.run("music", "--describe", "rain", "--model", "chirp-crow", "--wait")
    cli.run("music", "--describe", "snow", "--model", "chirp-typo", code=5)
    assert "Worked here before: chirp-crow" in cli.err
    cli.run("lyrics", "rain")
    assert "Worked here" not in cli.err


def test_a_rejected_model_without_successes_names_no_other_model(cli: CommandLine, demos: FindDemo) -> None:
    cli.use(demos("one-hub"))
    cli.run("music", "--describe", "snow", "--model", "chirp-typo", code=5)
    assert "Worked here" not in cli.err


def test_the_doctor_detects_the_nested_dialect_by_key4us_page(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="key4u"))
    found = cli.json("doctor")["gateway"]["dialect"]
    assert (found["name"], found["is_proved"]) == ("nested", True)
    assert found["since"]
    assert f"nested (it has key4u's page of points, {found['since'][:4]}" in cli.run("doctor", "--offline")


def bodies(cli: CommandLine) -> list[dict[str, Any]]:
    """All sent request bodies, in order."""
    database = database_of(cli)
    texts = database.column("SELECT body FROM submission ORDER BY created_at", [])
    database.close()
    return [json.loads(text) for text in texts]


def test_lyrics_in_the_wrong_dialect_are_warned_of_and_it_is_learned(
    cli: CommandLine, swift: None, start_demo: StartDemo, tmp_path: Path
) -> None:
    cli.use(start_demo(dialect="claude360"))
    song = ("music", "--model", "chirp-hawk", "--wait", "--again")
    for name in ("one", "two", "three"):
        (tmp_path / name).write_text(f"[Verse]\nRain on roof number {name}\n")

    cli.run(*song, "--lyrics-file", str(tmp_path / "one"))
    # Nothing was known, so there was no warning; the result is not the requested song.
    assert "sunoapi" not in cli.err
    found = cli.json("doctor", "--offline")["gateway"]["dialect"]
    assert (found["name"], found["is_proved"]) == ("sunoapi", False)
    assert "looks like it" in found["reason"]

    cli.run(*song, "--lyrics-file", str(tmp_path / "two"))
    assert "This gateway looks sunoapi-like" in cli.err
    assert cli.json("doctor", "--offline")["gateway"]["dialect"]["is_proved"]

    cli.run(*song, "--lyrics-file", str(tmp_path / "three"))
    assert "looks sunoapi-like" not in cli.err
    assert [body.get("custom_mode") for body in bodies(cli)] == [None, True, True]


def test_a_described_song_causes_the_warning_but_no_other_dialect(
    cli: CommandLine, swift: None, start_demo: StartDemo, tmp_path: Path
) -> None:
    cli.use(start_demo(dialect="claude360"))
    (tmp_path / "words").write_text("[Verse]\nRain on the tin roof\n")
    cli.environ["SUNOTUI_DIALECT"] = "sunoapi"
    cli.run("music", "--describe", "rain", "--model", "chirp-hawk", "--wait")
    cli.environ["SUNOTUI_DIALECT"] = "auto"
    custom = ("music", "--lyrics-file", str(tmp_path / "words"), "--model", "chirp-hawk")
    cli.run(*custom)
    assert "takes lyrics in the flat form for a description and bills a wrong song" in cli.err
    assert "SUNOTUI_DIALECT" in cli.err
    assert "custom_mode" not in bodies(cli)[-1]
    cli.environ["SUNOTUI_DIALECT"] = "flat"
    cli.run(*custom, "--again")
    assert "looks sunoapi-like" not in cli.err


def test_a_status_of_sunoapi_like_gateways_causes_the_warning(
    cli: CommandLine, start_demo: StartDemo, tmp_path: Path
) -> None:
    cli.use(start_demo("rate-limit@submit", dialect="claude360"))
    (tmp_path / "words").write_text("[Verse]\nRain on the tin roof\n")
    song = ("music", "--lyrics-file", str(tmp_path / "words"), "--model", "chirp-hawk")
    cli.run(*song, code=5)
    assert "looks sunoapi-like" not in cli.err
    cli.run(*song, code=5)
    assert "looks sunoapi-like (it returned HTTP 430, as claude360 does" in cli.err


@pytest.mark.parametrize("path", ["", "/v1", "/v1/", "/suno", "/v1/suno"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_wrong_token_is_reported_for_any_form_of_the_base_url(
    cli: CommandLine, swift: None, demos: FindDemo, dialect: str, path: str
) -> None:
    """With an address that no login has verified."""
    server = demos(dialect)
    token = "sk-of-somebody-else-0000000000"
    cli.environ |= {"SUNOTUI_BASE_URL": server.base_url + path, "SUNOTUI_TOKEN": token}
    for argv in (["lyrics", "rain"], ["fetch", "task-1"]):
        cli.run(*argv, code=3)
        assert "refused the token" in cli.err
        assert "not offer" not in cli.err
    assert cli.json("submissions") == []


def test_a_mashup_has_the_lyrics_of_both(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(dialect="key4u"))
    cli.environ["SUNOTUI_DIALECT"] = "nested"
    assert cli.run("music", "--mashup", "of-unknown", "not-known", code=2) == ""
    assert "Add lyrics, or choose Instrumental" in cli.err
    songs = [cli.json("music", "--describe", words, "--wait")["clips"][0] for words in ("rain", "snow")]
    cli.run("music", "--mashup", *(song["id"] for song in songs), "--wait")
    assert bodies(cli)[-1]["prompt"] == "\n\n".join(song["lyrics"] for song in songs)
