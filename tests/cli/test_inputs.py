"""Texts from an argument, a file or standard input: invalid text is rejected before anything is stored."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import pytest

from sunotui.cli.inputs import read_extra, read_lyrics, read_note
from sunotui.cli.main import main
from sunotui.domain.errors import InvalidRequest
from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.guarantee("E3", ordinary="15 forms of arguments, 6 encodings read, 6 refused")

LATIN_1 = "café crème".encode("latin-1")
ARGUMENT = LATIN_1.decode("utf-8", "surrogateescape")
"""How Python represents such an argument."""


def pipe(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Provide this on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


READ = {
    "utf-8": ("雨 🩷\n".encode(), "雨 🩷\n"),
    "utf-8 with a mark": (codecs.BOM_UTF8 + b"la", "la"),
    "utf-16-le": (codecs.BOM_UTF16_LE + "雨 🩷".encode("utf-16-le"), "雨 🩷"),
    "utf-16-be": (codecs.BOM_UTF16_BE + "雨 🩷".encode("utf-16-be"), "雨 🩷"),
    "utf-32-le": (codecs.BOM_UTF32_LE + "雨 🩷\n".encode("utf-32-le"), "雨 🩷\n"),
    "utf-32-be": (codecs.BOM_UTF32_BE + "雨 🩷".encode("utf-32-be"), "雨 🩷"),
    "line ends": (b"a\r\nb\rc\n", "a\nb\nc\n"),
    "as long as may be": ("𝄞".encode() * 100_000, "𝄞" * 100_000),
}
REFUSED = {
    "latin-1": (LATIN_1, "not UTF-8 text"),
    "utf-16 cut in half": (codecs.BOM_UTF16_LE + b"a", "not UTF-8 text"),
    "surrogates in utf-8": (b"\xed\xa0\xbd", "not UTF-8 text"),
    "utf-32 cut": (codecs.BOM_UTF32_LE + b"a", "not UTF-8 text"),
    "ebcdic": ("la la la\n".encode("cp500"), "not UTF-8 text"),
    "random": (bytes(range(255, 0, -7)), "not UTF-8 text"),
    "nul": (b"la\0la", "NUL"),
    "utf-16 without a mark": ("la".encode("utf-16-le"), "NUL"),
    "too long": (b"x" * 100_001, "100,000"),
}


@pytest.mark.parametrize("name", READ)
def test_a_text_is_read_unchanged(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, text = READ[name]
    (tmp_path / "f").write_bytes(content)
    assert read_lyrics(str(tmp_path / "f")) == text
    assert read_extra(f"@{tmp_path / 'f'}") == text
    pipe(content, monkeypatch)
    assert read_note("-") == text


@pytest.mark.parametrize("name", REFUSED)
def test_input_that_is_not_text_is_rejected(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, words = REFUSED[name]
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(InvalidRequest, match=words):
        read_lyrics(str(tmp_path / "f"))
    for read, argument in ((read_lyrics, "-"), (read_extra, "@-"), (read_note, "-")):
        pipe(content, monkeypatch)
        with pytest.raises(InvalidRequest, match=words):
            read(argument)


PIPED: dict[tuple[str, ...], tuple[str, str]] = {
    ("music", "--describe", "-"): ("description", ""),
    ("music", "--instrumental", "--style", "-"): ("style", ""),
    ("music", "--describe", "rain", "--title", "-"): ("title", ""),
    ("music", "--describe", "rain", "--exclude", "-"): ("exclude", ""),
    ("music", "--describe", "rain", "--model", "-"): ("model", ""),
    ("music", "--sound", "-"): ("sound", "nested"),
    ("lyrics", "-"): ("prompt", ""),
    ("tags", "-"): ("style", ""),
    ("stems", "c-1", "--title", "-"): ("title", ""),
    ("stems", "c-1", "--model", "-"): ("model", ""),
    ("persona", "c-1", "--name", "-"): ("name", ""),
    ("persona", "c-1", "--name", "Ada", "--description", "-"): ("description", ""),
    ("persona", "c-1", "--name", "Ada", "--style", "-"): ("style", ""),
}
"""Paid commands with a text from standard input, its field in the request and the dialect that has it."""


@pytest.mark.parametrize("argv", PIPED, ids=" ".join)
def test_a_dash_is_standard_input_for_every_paid_text(
    argv: tuple[str, ...], paid_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the text "-" was sent and billed."""
    field, dialect = PIPED[argv]
    paid_cli.environ["SUNOTUI_DIALECT"] = dialect
    for content, words in ((b"", "no text"), ("\ufeff\u200b\n".encode(), "no text"), (LATIN_1, "not UTF-8 text")):
        pipe(content, monkeypatch)
        assert paid_cli.run(*argv, code=2) == ""
        assert words in paid_cli.err
    pipe(b"a\x1bb\n", monkeypatch)
    paid_cli.run(*argv, code=2)
    assert "U+001B (escape)" in paid_cli.err
    assert paid_cli.json("submissions") == []
    pipe("chirp-v4 雨 🩷\r\n".encode(), monkeypatch)
    # The gateway's response does not matter here.
    main(argv, paid_cli.environ)
    (row,) = paid_cli.json("submissions")
    assert row["request"][field] == "chirp-v4 雨 🩷"


@pytest.mark.parametrize(
    "argv",
    [
        ("music", "--describe", "-", "--title", "-"),
        ("music", "--lyrics-file", "-", "--style", "-"),
        ("music", "--lyrics-file", "-", "--extra", "@-"),
        ("lyrics", "-", "--extra", "@-"),
        ("stems", "c-1", "--title", "-", "--extra", "@-"),
        ("persona", "c-1", "--name", "-", "--description", "-"),
    ],
    ids=" ".join,
)
def test_only_one_argument_is_read_from_standard_input(
    argv: tuple[str, ...], paid_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(b'{"a": 1}\n', monkeypatch)
    assert paid_cli.run(*argv, code=2) == ""
    assert "Only one argument" in paid_cli.err
    assert paid_cli.json("submissions") == []


def test_an_endless_device_is_rejected(demo_cli: CommandLine) -> None:
    demo_cli.run("music", "--lyrics-file", "/dev/zero", code=2)
    assert "100,000" in demo_cli.err
    assert demo_cli.json("submissions") == []


def test_closed_standard_input_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InvalidRequest, match="Standard input could not be read: it is closed"):
        read_note("-")


@pytest.mark.parametrize(
    "argv",
    [
        ("music", "--describe", ARGUMENT),
        ("music", "--instrumental", "--style", ARGUMENT),
        ("music", "--sound", ARGUMENT),
        ("music", "--mashup", ARGUMENT, "c"),
        ("lyrics", ARGUMENT),
        ("lyrics", "rain", "--extra", ARGUMENT),
        ("tags", ARGUMENT),
        ("persona", "c", "--name", ARGUMENT),
        ("upload", ARGUMENT),
        ("note", "t", ARGUMENT),
        ("label", "add", ARGUMENT, "t"),
        ("album", "add", ARGUMENT, "t"),
        ("search", "save", ARGUMENT, "rain"),
        ("search", "save", "rain", ARGUMENT),
        ("tasks", "--search", ARGUMENT),
    ],
    ids=lambda argv: " ".join(argv[:2]).encode("ascii", "replace").decode(),
)
def test_arguments_that_are_not_utf_8_are_refused(demo_cli: CommandLine, argv: tuple[str, ...]) -> None:
    assert demo_cli.run(*argv, code=2) == ""
    assert "not UTF-8 text" in demo_cli.err
    assert demo_cli.json("submissions") == []
    assert (demo_cli.json("label", "list"), demo_cli.json("search", "list")) == ([], [])


def test_the_name_of_a_file_may_have_any_bytes(demo_cli: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> None:
    named = tmp_path_factory.mktemp("elsewhere") / ARGUMENT
    named.write_bytes(b"la la la")
    demo_cli.run("music", "--lyrics-file", str(named))
    assert demo_cli.json("submissions")[0]["request"]["lyrics"] == "la la la"
    named.unlink()
    demo_cli.run("export", "-o", str(named))
    assert named.stat().st_size
    demo_cli.run("import", str(named))


@pytest.mark.parametrize("argv", [("--token-stdin", "--base-url", "https://x.example"), ()])
def test_a_login_in_another_encoding_is_refused(
    cli: CommandLine, argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(LATIN_1, monkeypatch)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    cli.run("login", *argv, code=2)
    assert "not UTF-8 text" in cli.err
