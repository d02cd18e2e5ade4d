"""Opening links: which ones are safe, and with which program (U1, U2)."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from sunotui.domain.errors import SunotuiError, UnsafeUrl
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.tui.runtime import links
from tests.support.waiting import HANG_S, until

GOOD = [
    "https://cdn1.suno.ai/0e5be1db.mp3",
    "https://audiopipe.suno.ai/?item_id=0e5be1db-4834",
    "https://cdn.example.co.uk:8443/a%20b.mp3?x=1&y=2#t",
    "https://xn--bcher-kva.example/a.mp3",
    "https://oss.example.com/suno/%E5%BF%AB%20b.mp3",
    "https://a-b.example/~me/(one),two;three!.mp3",
    "https://user.example/@name",
]
BAD = [
    "",
    "https:///x",
    "http://cdn1.suno.ai/a.mp3",
    "ftp://cdn1.suno.ai/a.mp3",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "vscode://file/etc/passwd",
    "ssh://-oProxyCommand=x",
    "--remote-debugging-port=9222",
    "-https://a.example/",
    "cdn1.suno.ai/a.mp3",
    "https://user@cdn1.suno.ai/a.mp3",
    "https://user:pass@cdn1.suno.ai/a.mp3",
    "https://cdn1.suno.ai@evil.example/a.mp3",
    "https://localhost/a.mp3",
    "https://localhost.localdomain/a.mp3",
    "https://printer.local/a.mp3",
    "https://nas.lan/a.mp3",
    "https://db.internal/a.mp3",
    "https://router.home.arpa/",
    "https://127.0.0.1/a.mp3",
    "https://10.0.0.1/a.mp3",
    "https://[::1]/a.mp3",
    "https://[::ffff:127.0.0.1]/a.mp3",
    "https://127.1/a.mp3",
    "https://0x7f.0x1/a.mp3",
    "https://2130706433/a.mp3",
    "https://intranet/a.mp3",
    "https://cdn1.suno.ai./a.mp3",
    "https://-a.example/a.mp3",
    "https://a.example/%action",
    "https://a.example/%zz",
    "https://a.example/a\\b.mp3",
    'https://a.example/a"b.mp3',
    "https://a.example/a'b.mp3",
    "https://a.example/a`b`.mp3",
    "https://a.example/a b.mp3",
    "https://a.example/a\nb.mp3",
    "https://a.example/\x1b]52;c;eA==\x07",
    "https://bücher.example/a.mp3",
    "https://a.example/雨.mp3",
    "https://a.example:99999/a.mp3",
    "https://[a.example/a.mp3",
    "https://xn--a.example/a.mp3",
    "https://a.example/" + "x" * 2_100,
]


@pytest.mark.guarantee("U1", ordinary="6 good links, 44 bad ones, the gateway's own origin")
@pytest.mark.parametrize("url", GOOD)
def test_a_safe_link_is_opened_unchanged(url: str) -> None:
    assert links.check_link(url) == url


@pytest.mark.guarantee("U1")
@pytest.mark.parametrize("url", BAD)
def test_an_unsafe_link_is_not_opened(url: str) -> None:
    with pytest.raises(UnsafeUrl):
        links.check_link(url)


@pytest.mark.guarantee("U1")
def test_only_the_gateways_own_local_origin_is_allowed() -> None:
    demo = parse_base_url("http://127.0.0.1:8123")
    assert links.check_link("http://127.0.0.1:8123/media/a.mp3", demo)
    for other in (
        "http://127.0.0.1:8124/a",
        "http://localhost:8123/a",
        "http://x@127.0.0.1:8123/a",
        "https://127.0.0.1:8123/a",
    ):
        with pytest.raises(UnsafeUrl):
            links.check_link(other, demo)
    with pytest.raises(UnsafeUrl):
        links.check_link("http://far.example/a.mp3", parse_base_url("http://far.example", allow_clear=True))


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop whose opener records its arguments and then keeps running."""
    script = tmp_path / "xdg-open"
    messages = tmp_path / "reported.json"
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys, time\n"
        f"half = {str(messages)!r} + '.half'\n"
        "links = [os.readlink(f'/proc/self/fd/{fd}') for fd in range(3)]\n"
        "facts = {'argv': sys.argv[1:], 'env': dict(os.environ), 'fds': links}\n"
        "facts |= {'leads': os.getsid(0) == os.getpid(), 'pid': os.getpid()}\n"
        "open(half, 'w').write(json.dumps(facts))\n"
        f"os.rename(half, {str(messages)!r})\n"
        f"time.sleep({10 * HANG_S})\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("SUNOTUI_TOKEN", "sk-CANARY-0123456789")
    monkeypatch.delenv("BROWSER", raising=False)
    return messages


@pytest.mark.guarantee(
    "U2",
    ordinary="an opener that sleeps for 60 s: its arguments, files, session and environment",
    gaps="The opener of macOS was not run.",
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_opener_gets_the_link_only(desktop: Path) -> None:
    url = "https://cdn1.suno.ai/a.mp3?a=1&b=$(id)"
    links.open_link(url)
    until(desktop.exists, "the opener")
    messages = json.loads(desktop.read_text())
    # It is still running: `open_link` did not wait for it.
    os.kill(messages["pid"], signal.SIGKILL)
    assert messages["argv"] == [url]
    assert messages["fds"] == ["/dev/null"] * 3
    assert messages["leads"]
    assert "CANARY" not in json.dumps(messages)


@pytest.mark.guarantee("U2")
def test_an_opener_that_cannot_run_is_reported(desktop: Path) -> None:
    (desktop.parent / "xdg-open").write_bytes(b"\x00not a program")
    with pytest.raises(SunotuiError, match="could not be started"):
        links.open_link("https://cdn1.suno.ai/a.mp3")


@pytest.mark.parametrize("change", [("DISPLAY", ""), ("BROWSER", "w3m")])
def test_without_a_desktop_nothing_is_started(
    desktop: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv(*change)
    with pytest.raises(SunotuiError, match="no desktop"):
        links.open_link("https://cdn1.suno.ai/a.mp3")
    assert not desktop.exists()
