"""References to songs that were made elsewhere: links to Suno's site, links to audio files, and ids."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import cleaned_id
from sunotui.named_tuple import NamedTuple

LINK_LIMIT = 2_000
"""The maximum length of a link, in characters."""
UUID = r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
"""A clip's id, wherever it was made."""
_TASK_ID = r"[0-9a-f]{32}|task_[0-9A-Za-z]{32}|[0-9]{17}"
"""The other forms of the ids of tasks (protocol 3.2)."""
_ID = r"[!-.0-~]{1,128}"
_LINK = r"(?:https?://|(?:www\.|app\.)?suno\.(?:com|ai)/)\S+"
_SUNO_HOSTS = ("suno.com", "suno.ai")
_OTHER_PAGES = {"playlist": "a playlist", "persona": "a voice", "style": "a style", "hook": "a hook"}
_FRONT_LABELS = ("api.", "www.")
"""What the host of a gateway may begin with, while its files are on another host of its domain."""
_AROUND = "<>()[]{}\"'“”‘’"


class SongReference(NamedTuple):
    """What a link or an id refers to."""

    id: str
    is_clip: bool = False
    """Whether it must be the id of a clip, as in a link; otherwise it may be that of a task, too."""


def parse_reference(text: str, gateway_host: str = "") -> SongReference:
    """Parse a link of Suno or of the gateway at `gateway_host`, or an id of any form. Raises InvalidRequest, with the
    reason, for a link that names no song, for a link of another site, and for what cannot be an id.
    """
    word = _bare(text)
    if re.fullmatch(_LINK, word, re.IGNORECASE):
        host = _host(word)
        is_of_gateway = _is_of_gateway(host, gateway_host)
        if not is_of_gateway and not _is_suno(host):
            raise InvalidRequest(
                "This is no link of suno.com or of the gateway", advice="Use the link at suno.com, or the id"
            )
        return _of_link(word, is_of_gateway=is_of_gateway)
    if not re.fullmatch(_ID, word) or "://" in word:
        raise InvalidRequest("That is neither a link to a song nor an id", advice="")
    return SongReference(_lower_uuid(word))


def is_link(text: str) -> bool:
    """Whether a text is a link, of a song or not."""
    word = _bare(text)
    return bool(word) and re.fullmatch(_LINK, word, re.IGNORECASE) is not None


def find_reference(text: str) -> SongReference | None:
    """The reference that a search of the library consists of, also a link of any site; None for any other search. An id
    must have a form that no word can have."""
    word = _bare(text)
    if not word:
        # A list without a search also calls this, and does not need the patterns.
        return None
    if re.fullmatch(_LINK, word, re.IGNORECASE):
        try:
            return _of_link(word)
        except InvalidRequest:
            return None
    return SongReference(_lower_uuid(word)) if re.fullmatch(UUID, word) or re.fullmatch(_TASK_ID, word) else None


def _bare(text: str) -> str:
    """The text without what surrounds a link in a message."""
    return cleaned_id(cleaned_id(text).strip(_AROUND))


def _of_link(link: str, *, is_of_gateway: bool = False) -> SongReference:
    """The song of a link. Raises InvalidRequest."""
    host = _host(link)
    if len(link) > LINK_LIMIT:
        raise InvalidRequest("The link is too long", advice="")
    parts = _split(link)
    if _is_suno(host):
        _check_page(parts)
    has_id_in_query = is_of_gateway or _is_suno(host)
    found = _ids(parts.path) or (_ids(parts.query) if has_id_in_query else [])
    if not found and is_of_gateway and re.fullmatch(_TASK_ID, last := parts.path.rstrip("/").rpartition("/")[2]):
        found = [last]
    if len(found) != 1:
        why = "names several songs" if found else "has no id of a song"
        raise InvalidRequest(f"The link {why}", advice="Copy the address of the song's own page")
    # A gateway has links of its tasks, too.
    return SongReference(found[0], is_clip=not is_of_gateway)


def _split(link: str) -> SplitResult:
    """The parts of a link. Raises InvalidRequest."""
    try:
        return urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        raise InvalidRequest("That is not a link", advice="") from None


def _host(link: str) -> str:
    """The host of a link in lower case. Raises InvalidRequest."""
    return (_split(link).hostname or "").lower()


def _ids(text: str) -> list[str]:
    """The different ids of clips in a text."""
    return list(dict.fromkeys(map(str.lower, re.findall(UUID, text))))


def _is_suno(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _SUNO_HOSTS)


def _is_of_gateway(host: str, gateway_host: str) -> bool:
    """Whether a host is that of the gateway, or another one of its domain."""
    front = next((label for label in _FRONT_LABELS if gateway_host.startswith(label)), "")
    domain = gateway_host.removeprefix(front)
    # Without what it begins with, "api.com" would be all of .com.
    home = domain if "." in domain else gateway_host
    return bool(home) and (host == home or host.endswith(f".{home}"))


def _check_page(parts: SplitResult) -> None:
    """Raise InvalidRequest for a page of Suno that is not that of a song."""
    page, _, rest = parts.path.strip("/").partition("/")
    if page == "s" and rest:
        # Only Suno's own site can resolve it.
        raise InvalidRequest(
            "This is a short link, without the id of a song", advice="Open it in a browser, and copy the address there"
        )
    what = "a profile" if page.startswith("@") else _OTHER_PAGES.get(page)
    if what is not None:
        raise InvalidRequest(f"This is the link of {what}, not of a song", advice="")


def _lower_uuid(word: str) -> str:
    """The id, in lower case if it is a UUID, as gateways have it."""
    return word.lower() if re.fullmatch(UUID, word) else word
