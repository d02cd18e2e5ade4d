"""The markup of a self-contained web page of songs: no scripts, no external resources except audio, and all text
escaped."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from sunotui.core.transfer.html_export.style import ALBUM_STYLE, STYLE
from sunotui.domain.tasks.lyrics import sections

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|https?://\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class PageTrack:
    """A take on the page. URLs are http or https URLs, or made here."""

    title: str
    style: str = ""
    lyrics: str = ""
    facts: tuple[str, ...] = ()
    """Such as "take 1", the model and the length."""
    cover: str = ""
    """A data: URI; empty for a placeholder."""
    audio: str = ""
    """A data: URI, a web address, or the relative URL of a saved file; empty if there is nothing to play."""
    note: str = ""
    """Why there is nothing to play, for the reader."""


def head(
    title: str,
    tracks: Iterable[str],
    count: int,
    total: str,
    *,
    has_files: bool = False,
    artist: str = "",
    cover: str = "",
) -> str:
    """The beginning of the page. `tracks` are the URLs that it plays, with `has_files` also saved files beside it; the
    browser may load nothing else. `cover` is a data: URI; without one there is no cover of the whole."""
    name = escape(title)
    picture = f'<img class="cover" src="{escape(cover)}" alt="Cover of {name}">' if cover else ""
    author = f'<p class="artist" dir="auto">{escape(artist)}</p>' if artist else ""
    about = f"{count} {'take' if count == 1 else 'takes'}" + (f" · {escape(total)}" if total else "")
    texts = f'<h1 dir="auto">{name}</h1>{author}<p>{about}</p>'
    style, header = STYLE, texts
    if picture or author:
        style, header = STYLE + ALBUM_STYLE, f'{picture}<div class="about">{texts}</div>'
    style_hash = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    origins = sorted({found for url in tracks if (found := origin_of(url))})
    # Not every browser treats local files beside a page as same-origin.
    files = ("'self'", "file:") if has_files else ()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; img-src data:; "
        f"media-src {' '.join(['data:', *files, *origins])}; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{name}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<header>{header}</header>\n<main>\n<ol class="tracks">\n'
    )


def track(song: PageTrack, number: int) -> str:
    """One take as a list item of the page."""
    name = escape(song.title)
    facts = " · ".join(map(escape, song.facts))
    return (
        f'<li class="track"><article aria-labelledby="t{number}">\n{_cover(song, number)}\n<div class="about">\n'
        f'<h2 id="t{number}" dir="auto">{name}</h2>\n'
        + (f'<p class="facts">{facts}</p>\n' if facts else "")
        + (f'<p class="style" dir="auto">{escape(song.style)}</p>\n' if song.style else "")
        + _player(song)
        + f"</div>\n{_words(song.lyrics)}</article></li>\n"
    )


def tail() -> str:
    """The end of the page."""
    return "</ol>\n</main>\n<footer><p>Made with sunotui</p></footer>\n</body>\n</html>\n"


def origin_of(url: str) -> str:
    """The origin of a web address in the form of a content security policy; empty for any other text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if _ORIGIN.fullmatch(origin) else ""


def _cover(song: PageTrack, number: int) -> str:
    if song.cover:
        return f'<img class="cover" src="{escape(song.cover)}" alt="Cover of {escape(song.title)}">'
    return f'<div class="cover hue{number % 6}" aria-hidden="true">{escape(song.title[:1]) or "♪"}</div>'


def _player(song: PageTrack) -> str:
    if not song.audio:
        return f'<p class="note">{escape(song.note)}</p>\n' if song.note else ""
    source, name = escape(song.audio), escape(song.title)
    player = f'<audio controls preload="none" aria-label="Play {name}" src="{source}"></audio>\n'
    if not origin_of(song.audio):
        return player
    return player + f'<p class="link"><a href="{source}" rel="noopener noreferrer">{source}</a></p>\n'


def _words(lyrics: str) -> str:
    if not lyrics:
        return ""
    parts = []
    for section in sections(lyrics):
        name = f'<h3 dir="auto">{escape(section.name)}</h3>' if section.name else ""
        lines = escape("\n".join(section.lines))
        parts.append(name + (f'<p dir="auto">{lines}</p>' if lines else ""))
    return f'<div class="lyrics" lang="">\n{chr(10).join(parts)}\n</div>\n'
