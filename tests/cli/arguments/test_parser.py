"""The arguments: what is accepted and rejected, and that no secret is repeated."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from sunotui.cli.arguments.annotations import SORTS
from sunotui.cli.arguments.base import WAIT_LIMIT_S
from sunotui.cli.arguments.generate import COUNT_AT_MOST, COUNT_WITHOUT_YES, PARTS, PERSONA_USES, VARIATIONS
from sunotui.cli.arguments.parser import ALIASES, GROUPS, build_parser, parse
from sunotui.cli.main import NO_ARGUMENTS
from sunotui.cli.registry import HANDLERS
from sunotui.demo.dialects import DIALECTS
from sunotui.demo.faults import FAULTS, FaultTarget

SONG = ("music", "--describe", "x")


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The message for arguments that are rejected with the exit code for usage."""
    with pytest.raises(SystemExit) as ending:
        parse(argv)
    assert ending.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def commands_of(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """The names of all commands, such as "tasks" and "label add"; without aliases."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups or (before and parser.get_default("command") == before):
        yield before
    for group in groups:
        for name, part in group.choices.items():
            if name in ALIASES:
                continue
            yield from commands_of(part, f"{before} {name}".strip())


def test_commands_and_handlers_match_one_to_one() -> None:
    assert {"", *commands_of(build_parser())} == set(HANDLERS)


def test_ids_may_follow_an_option() -> None:
    assert parse(["rate", "5", "--take", "2", "one", "two"]).ids == ["one", "two"]
    assert parse(["wait", "one", "--json", "two"]).ids == ["one", "two"]
    for argv in (["show", "one", "--json", "two"], ["wait", "one", "--json", "--two"]):
        with pytest.raises(SystemExit):
            parse(argv)


def test_a_group_adds_the_commands_in_its_table() -> None:
    for add, names in GROUPS.items():
        parser = build_parser([add])
        found = next(action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
        assert tuple(name for name in found if name not in ALIASES) == names


def test_older_names_work_and_the_help_shows_the_new_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert parse(["tag", "add", "rain", "one"]) == parse(["label", "add", "rain", "one"])
    assert parse([*SONG, "--takes", "3"]) == parse([*SONG, "--count", "3"])
    for old, new in (("star", "favourite"), ("unstar", "unfavourite"), ("heard", "played"), ("unheard", "unplayed")):
        assert parse(["rate", f"--{old}", "one"]) == parse(["rate", f"--{new}", "one"])
    with pytest.raises(SystemExit):
        parse(["--help"])
    commands = capsys.readouterr().out.split("commands:")[1]
    assert re.search(r"^ +label ", commands, re.MULTILINE)
    assert not re.search(r"^ +tag ", commands, re.MULTILINE)


def test_the_help_lists_what_an_option_takes(capsys: pytest.CaptureFixture[str]) -> None:
    for command, names in (
        ("url", ("audio", "video", "image", "wav")),
        ("tasks", (*SORTS[1:], "in_progress", "lost")),
        ("music", (*PARTS, *VARIATIONS, *PERSONA_USES)),
    ):
        with pytest.raises(SystemExit):
            parse([command, "--help"])
        words = re.findall(r"[\w-]+", capsys.readouterr().out)
        assert set(names) <= set(words)


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("argv", [["--help"], ["play", "--help"], ["demo-gateway", "--help"]])
def test_the_help_fits_the_terminal_and_breaks_no_name(
    argv: list[str], columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    with pytest.raises(SystemExit):
        parse(argv)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns
    assert not [line for line in lines if line.endswith("-")]


def test_without_a_command_the_screens_open() -> None:
    args = parse([])
    assert (args.command, args.profile, args.demo, args.json) == ("", "", False, False)


def test_defaults_without_arguments_equal_the_parsers() -> None:
    assert vars(parse([])) == dict(NO_ARGUMENTS)


@pytest.mark.parametrize("argv", [["--profile", "home", "tasks"], ["tasks", "--profile", "home"]])
def test_profile_may_precede_or_follow_the_command(argv: list[str]) -> None:
    assert parse(argv).profile == "home"


def test_the_profile_after_the_command_wins() -> None:
    assert parse(["--profile", "one", "tasks", "--profile", "two"]).profile == "two"


def test_music_accepts_all_options_of_the_contract() -> None:
    args = parse(
        [
            *("music", "--lyrics-file", "-", "--title", "T", "--style", "S", "--exclude", "E", "--model", "M"),
            *("--instrumental", "--extend", "CLIP", "--at", "1:30", "--count", "3", "--wait", "--again", "--json"),
        ]
    )
    assert (args.lyrics_file, args.title, args.style, args.exclude, args.model) == ("-", "T", "S", "E", "M")
    assert (args.extend, args.at, args.count, args.timeout) == ("CLIP", 90.0, 3, WAIT_LIMIT_S)
    assert args.instrumental
    assert args.wait
    assert args.again
    assert args.json


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90.0), ("90.5", 90.5), ("1:30", 90.0), ("0:05.5", 5.5), ("1:02:03", 3723.0), (" 7 ", 7.0)],
)
def test_times_are_seconds_or_minutes_and_seconds(text: str, seconds: float) -> None:
    assert parse(["music", "--extend", "c", "--at", text]).at == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "x", "1:60", "1:2:3:4", "-5", "nan", "inf", "1e400", "1:-3", "::"])
def test_an_invalid_time_is_rejected(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "m:ss" in refused(capsys, "music", "--extend", "c", f"--at={text}")


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "", "٣", "9" * 5_000])
def test_an_invalid_count_is_rejected(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "a number from 1 to" in refused(capsys, "music", "--describe", "x", f"--count={text}")


@pytest.mark.parametrize(
    "argv",
    [
        *(("music", option) for option in ("--cover", "--remaster", "--inspired-by", "--hum")),
        (*SONG, "--persona"),
        *((command,) for command in ("concat", "stems", "timing", "wav", "video", "midi", "feed", "persona")),
    ],
    ids=" ".join,
)
def test_an_id_is_cleaned_and_is_never_empty_or_a_dash(
    argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    rest = {"persona": ("--name", "N"), "midi": ("-o", "F")}.get(argv[0], ())
    args = vars(parse([*argv, "\ufeff abc\u200b, ", *rest]))
    assert "abc" in args.values() or ["abc"] in args.values()
    assert "it is empty" in refused(capsys, *argv, "\u200b,", *rest)
    assert "standard input" in refused(capsys, *argv, "-", *rest)


@pytest.mark.parametrize(
    "option",
    [
        *("--extend", "--cover", "--replace", "--add-vocals", "--add-instrumental", "--remaster", "--mashup"),
        *("--inspired-by", "--sound", "--hum", "--image", "--video", "--persona", "--persona-clip"),
    ],
)
def test_an_option_that_changes_what_is_paid_for_is_never_empty(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"{option}: it is empty" in refused(capsys, "music", "--describe", "rain", option, " ")
    assert f"{option}: it is empty" in refused(capsys, "music", "--describe", "rain", option, "")


def test_many_requests_need_confirmation(capsys: pytest.CaptureFixture[str]) -> None:
    many = str(COUNT_WITHOUT_YES + 1)
    assert parse([*SONG, "--count", str(COUNT_WITHOUT_YES)]).count == COUNT_WITHOUT_YES
    assert "--yes" in refused(capsys, *SONG, "--count", many)
    assert parse([*SONG, "--count", many, "--yes"]).count == COUNT_WITHOUT_YES + 1
    assert refused(capsys, "music", "--yes", "--count", str(COUNT_AT_MOST + 1))


@pytest.mark.parametrize(
    "argv",
    [
        ["music", "--describe", "a", "--lyrics-file", "b"],
        ["music", "--extend", "clip"],
        ["music", "--at", "30"],
        ["music", "--replace", "clip", "--from", "3"],
        ["music", "--replace", "clip"],
        ["music", "--describe", "x", "--to", "0"],
        ["music", "--cover", "clip", "--extend", "clip", "--at", "3"],
        ["music", "--cover", "clip", "--describe", "x"],
        ["music", "--replace", "clip", "--from", "3", "--to", "5", "--persona", "p"],
        ["music", "--describe", "x", "--persona-clip", "c"],
        ["music", "--describe", "x", "--persona-as", "voice"],
        ["stems", "clip", "--parts", "4"],
        ["persona", "clip"],
        ["feed"],
        ["timing"],
        ["timing", "clip", "--lrc", "--json"],
        ["tags"],
        ["lyrics"],
        ["fetch"],
        ["wait"],
        ["show"],
        ["tasks", "--status", "done"],
        ["url", "x", "--kind", "midi"],
        ["submissions", "--resolve", "id"],
        ["submissions", "--resolve", "id", "burn"],
        ["submissions", "--resolve", "id", "found"],
        ["submissions", "--resolve", "id", "drop", "task"],
        ["demo-gateway", "--port", "70000"],
        ["demo-gateway", "--speed", "0"],
        ["--demo", "tasks"],
        ["--keep-demo"],
        ["--speed", "3"],
        ["tasks", "--seed", "3"],
        ["tasks", "--lim", "3"],
        ["nonsense"],
    ],
)
def test_invalid_combinations_are_rejected(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ": error: " in refused(capsys, *argv)


@pytest.mark.parametrize(
    ("argv", "beginning"),
    [
        (["rate", "9", "task-1"], "sunotui rate: error: a rating is a number from 0 to 5 (see 'sunotui rate --help')"),
        (["label", "add"], "sunotui label add: error: the following arguments are required: LABEL, ID"),
        (["timing", "clip", "--lrc", "--json"], "sunotui timing: error: --lrc and --json do not go together"),
        (["show", "one", "two"], "sunotui show: error: unrecognized arguments: an extra word"),
        (["--keep-demo"], "sunotui: error: --keep-demo goes with --demo"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_a_usage_error_is_one_line_that_names_the_command(
    argv: list[str], beginning: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = refused(capsys, *argv).splitlines()
    assert line.startswith(beginning)


@pytest.mark.parametrize("argv", [["login", "--token", "sk-CANARY123456"], ["login", "--token=sk-CANARY123456"]])
def test_a_token_as_an_argument_is_rejected_and_not_repeated(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    messages = refused(capsys, *argv)
    assert "never taken from an argument" in messages
    assert "CANARY" not in messages


def test_demo_options_apply_to_screens_and_demo_gateway() -> None:
    for start in (["--demo"], ["demo-gateway"]):
        args = parse([*start, "--seed", "7", "--speed", "50", "--fault", "a", "--fault", "b", "--dialect", "d"])
        assert (args.seed, args.speed, args.fault, args.dialect) == (7, 50.0, ["a", "b"], "d")
    assert parse(["--demo"]).fault == []


@pytest.mark.parametrize("command", [[], ["demo-gateway"]])
def test_the_help_lists_every_dialect_and_fault_of_the_demo(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse([*command, "--help"])
    _, dialects, faults = re.split(r"(?:dialects|faults) of the demo: ", capsys.readouterr().out)
    assert re.findall(r"[\w-]+", dialects) == list(DIALECTS)
    names, _, places = faults.partition(";")
    assert re.findall(r"[\w-]+", names) == list(FAULTS)
    assert set(re.findall(r"\w+", places[places.index("(") :])) == {*FaultTarget, "or"}


@pytest.mark.parametrize(
    "words", [("id", "drop"), ("id", "retry"), ("id", "found", "task")], ids=lambda words: words[1]
)
def test_arguments_that_resolve_an_unknown_outcome(words: tuple[str, ...]) -> None:
    assert tuple(parse(["submissions", "--resolve", *words]).resolve) == words


@pytest.mark.parametrize(
    "argv",
    [
        ["note", "abcdef", "--profile", "home"],
        ["--profile", "home", "trash", "abcdef"],
        ["queue", "list", "--profile", "home"],
        ["demo-gateway", "--profile", "home"],
    ],
)
def test_a_profile_is_refused_where_no_gateway_is_used(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(argv)
    assert ended.value.code == 2
    assert "--profile has no meaning here: this command uses no gateway" in capsys.readouterr().err


def test_a_profile_is_taken_before_and_after_a_command() -> None:
    assert parse(["--profile", "home", "tasks"]).profile == parse(["tasks", "--profile", "home"]).profile == "home"
