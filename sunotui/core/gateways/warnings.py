"""Warnings before money is spent: one sentence each, with the date of evidence, and guesses marked as guesses."""

from __future__ import annotations

import json
import time

from sunotui.domain.gateways.capabilities import MUSIC_REQUEST_FIELDS, Capabilities, Feature, Support, features_of
from sunotui.domain.gateways.dialect import Dialect, DialectChoice, choose_dialect
from sunotui.domain.gateways.money import Balance, Price
from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import Request
from sunotui.gateway.endpoints import SUBMIT_MUSIC
from sunotui.gateway.submit.payloads import Payload

_NAMED = 4
"""The maximum number of field names in a sentence."""

_WORDS: dict[Feature, str] = {
    Feature.CONCAT: "Joining",
    Feature.UPLOAD: "Upload by address",
    Feature.UPLOAD_FILE: "File upload",
    Feature.COVER: "Cover",
    Feature.INFILL: "Replacing a section",
    Feature.PERSONA: "Singing with a voice",
    Feature.STEMS: "Splitting a song into stems",
    Feature.EXCLUDE: "Excluding styles",
    Feature.EXTRA: "Passing extra fields on",
    Feature.TAGS: "Expanding a style",
    Feature.TIMING: "Word times",
    Feature.FEED: "The feed",
    Feature.WAV: "WAV",
    Feature.COVER_EXTEND: "Extending a cover",
    Feature.ADD_VOCALS: "Adding vocals",
    Feature.ADD_INSTRUMENTAL: "Adding an instrumental",
    Feature.REMASTER: "Remastering",
    Feature.MASHUP: "A mashup",
    Feature.INSPIRED: "A song inspired by takes",
    Feature.SOUND: "A sound effect",
    Feature.HUM: "A song from a hum",
    Feature.IMAGE: "A song from an image",
    Feature.VIDEO: "A song from a video",
    Feature.SLIDERS: "Sliders, voice and duration",
    Feature.PERSONA_CREATION: "Saving a voice",
    Feature.MP4: "MP4",
    Feature.MIDI: "MIDI",
    Feature.MY_MUSICS: "The list of the key's songs",
}


UNPROVEN = choose_dialect("", "")
"""The dialect of an unknown gateway."""


def request_warnings(
    request: Request,
    payload: Payload | None,
    capabilities: Capabilities,
    price: Price | None,
    balance: Balance | None,
    times: int = 1,
    dialect: DialectChoice = UNPROVEN,
) -> tuple[str, ...]:
    """The warnings for a request that is to be sent `times` times; none of them blocks it. `payload` is None while it
    cannot be built."""
    dropped = dropped_fields(payload, capabilities) if payload is not None else ()
    found: list[str] = [*filter(None, [dialect_warning(request, capabilities, dialect)])]
    for feature in features_of(request):
        sentence = feature_warning(feature, capabilities)
        # One sentence names the dropped fields; a guess about each of them would repeat it.
        is_said = (
            bool(dropped) and feature in MUSIC_REQUEST_FIELDS and capabilities.support(feature) is Support.DOUBTFUL
        )
        if sentence and not is_said:
            found.append(sentence)
    if dropped:
        found.append(_dropped_sentence(dropped, capabilities))
    found += _money_sentences(price, balance, times)
    return tuple(found)


def needs_proven_dialect(request: Request, dialect: DialectChoice) -> bool:
    """Whether the request has lyrics that a gateway of another dialect may interpret as a description."""
    return isinstance(request, SongFields) and request.has_own_words and not dialect.is_proved


def dialect_warning(request: Request, capabilities: Capabilities, dialect: DialectChoice) -> str:
    """A warning about the risk of a request with lyrics in an unproven dialect at a gateway whose responses look
    sunoapi-like; otherwise empty."""
    seen = capabilities.dialects.get(Dialect.SUNOAPI)
    if seen is None or not needs_proven_dialect(request, dialect):
        return ""
    looks = f"This gateway looks sunoapi-like ({seen.reason}, {day(seen.learned_at)})"
    advice = "set the profile's dialect (in its settings or SUNOTUI_DIALECT) before you pay"
    if dialect.dialect is Dialect.SUNOAPI:
        return f"{looks}, and is asked in that form, which is not proved: {advice} if your gateway documents another"
    return (
        f"{looks}: such a gateway takes lyrics in the {dialect.dialect.value} form for a description and bills a wrong "
        f"song; {advice}: sunoapi if that is what it is, else {dialect.dialect.value}"
    )


def feature_warning(feature: Feature, capabilities: Capabilities) -> str:
    """Why a gateway does not, or probably does not, offer a feature; empty if nothing suggests that."""
    name = _WORDS[feature]
    match capabilities.support(feature):
        case Support.MISSING:
            seen = capabilities.evidence[feature]
            why = f": {seen.reason}" if seen.reason else ""
            return f"{name} did not work at this gateway on {day(seen.learned_at)}{why}"
        case Support.DOUBTFUL:
            end = "; a plain song may be made and billed" if feature in MUSIC_REQUEST_FIELDS else ""
            return f"{name} is probably not offered here: a stock {capabilities.software.value} has no such thing{end}"
        case _:
            return ""


def dropped_fields(payload: Payload, capabilities: Capabilities) -> tuple[str, ...]:
    """The fields of a payload that the gateway is known or likely to drop silently."""
    if payload.path != SUBMIT_MUSIC:
        return ()
    fields = json.loads(payload.body)
    if fields.get("task") == "extend":
        # The clip to continue has a field of its own, which is passed on: dropping `task` alone changes nothing.
        del fields["task"]
    return capabilities.dropped([name for name, value in fields.items() if value is not None])


def day(moment: float) -> str:
    """The local date of a time, in ISO format."""
    try:
        return time.strftime("%Y-%m-%d", time.localtime(moment))
    except (OverflowError, ValueError, OSError):
        return "an unknown day"


def _dropped_sentence(dropped: tuple[str, ...], capabilities: Capabilities) -> str:
    named = ", ".join(dropped[:_NAMED])
    if len(dropped) > _NAMED:
        named += f" and {len(dropped) - _NAMED} more"
    return (
        f"A stock {capabilities.software.value} passes nine fields only: "
        f"{named} would be dropped and the song still billed"
    )


def _money_sentences(price: Price | None, balance: Balance | None, times: int) -> list[str]:
    if balance is None:
        return []
    covered = times if price is None else price.covered(balance, times)
    if price is not None and covered < times:
        usual = f"the usual price is {price} (seen {'once' if price.seen == 1 else f'{price.seen} times'})"
        if covered:
            return [f"{balance} left pays for {covered} of {times} requests: {usual}"]
        return [f"Only {balance} left: {usual}"]
    return [f"The gateway says that the balance is used up ({balance})"] if balance.remaining <= 0 else []
