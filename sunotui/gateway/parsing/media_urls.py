"""The alternatives to a clip's audio link that Suno lists under `media_urls` since 2026."""

from __future__ import annotations

from urllib.parse import urlsplit

from sunotui.domain.requests.upload import AUDIO_ENDINGS
from sunotui.gateway.parsing.fields import Foreign, first, link, word

_MOST_ENTRIES = 16
_NOT_PROGRESSIVE = ("hls", "dash", "m3u8", "mpegurl", "mpd", "video")
_ENCRYPTED = ("encrypt", "drm", "cenc", "widevine", "fairplay", "m4a-opus")
"""In field names and values; files of type `m4a-opus` do not play as plain files (protocol 3.4)."""
_NOT_SET = frozenset({"", "none", "null", "false", "no", "0", "unencrypted"})


def playable_audio_url(value: object, audio_url: str | None) -> str | None:
    """The link to play, given `media_urls` and the clip's own live audio link, if it has one.

    `audio_url` stays unless it is an m4a file that the list does not show as plain. Then, and without `audio_url`, the
    first entry is taken that is audio, unencrypted and a whole file (not a playlist); None without any.
    """
    entries = value[:_MOST_ENTRIES] if isinstance(value, list) else []
    plain = [url for entry in entries if isinstance(entry, dict) and (url := _plain_url(entry)) is not None]
    if not plain or audio_url in plain:
        return audio_url
    return plain[0] if audio_url is None or _ending(audio_url) == "m4a" else audio_url


def _plain_url(entry: Foreign) -> str | None:
    url = link(entry.get("url"), entry.get("src"))
    if url is None or entry.get("progressive") is False or _is_encrypted(entry):
        return None
    kinds = [value.lower() for key, value in entry.items() if isinstance(value, str) and key not in {"url", "src"}]
    ending = _ending(url)
    if any(mark in kind for kind in [*kinds, ending] for mark in _NOT_PROGRESSIVE):
        return None
    kind = first(entry, "content_type", "contentType", "mime_type", "mimeType", "type")
    is_audio = isinstance(kind, str) and kind.strip().lower().startswith("audio")
    return url if is_audio or ending in AUDIO_ENDINGS else None


def _is_encrypted(entry: Foreign) -> bool:
    """Whether any field says so, by its name (`is_encrypted: true`, `drm: "widevine"`) or by its value."""
    for key, value in entry.items():
        if key in {"url", "src"}:
            continue
        is_named = any(mark in key.lower() for mark in _ENCRYPTED)
        if is_named and (word(value) not in _NOT_SET if isinstance(value, str) else bool(value)):
            return True
        # "unencrypted" holds "encrypt" too.
        if not is_named and isinstance(value, str):
            text = value.lower().replace("unencrypted", "")
            if any(mark in text for mark in _ENCRYPTED):
                return True
    return False


def _ending(url: str) -> str:
    """The ending of the file's name in lower case, without the dot; empty without one."""
    try:
        name = urlsplit(url).path.rsplit("/", 1)[-1]
    except ValueError:
        return ""
    return name.rpartition(".")[2].lower() if "." in name else ""
