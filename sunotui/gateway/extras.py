"""What only some gateways offer besides tasks: the feed, word times, wav, tags made longer, personas (protocol 1.2).

Reading costs nothing and may be repeated. What makes something is sent once, and a lost answer says that it may have
been made. An endpoint that is not there is NotOffered, whatever the gateway answered instead.
"""

import json
from collections.abc import Sequence

from sunotui.domain.clip import Clip
from sunotui.domain.errors import AnswerUnreadable, Charge, NotFound, NotOffered, RequestImpossible, Trouble
from sunotui.domain.persona import Persona
from sunotui.domain.timing import Timing
from sunotui.gateway import endpoints
from sunotui.gateway.aligned import timing_in
from sunotui.gateway.clips import clip_items, clips_of
from sunotui.gateway.connection import Progress, TimeLimits
from sunotui.gateway.echo import without_secret
from sunotui.gateway.envelope import open_envelope
from sunotui.gateway.fields import first, identity, line, link, tags
from sunotui.gateway.masking import masked
from sunotui.gateway.presence import document_in
from sunotui.gateway.sending import Ask

LONGEST_TAGS = 2_000
"""Characters kept of tags that a gateway made longer: more than any model takes."""

_WAV_NAMES = ("wav_url", "wavUrl", "wav_file_url", "audio_wav_url", "audioWavUrl", "url", "download_url")
_MADE_ALL_THE_SAME = "It may have been made all the same: look before you ask again"
_NO_TIMES = "The gateway has no word times for this clip"
_OTHER_FORM = "The gateway's answer has a form that is not known here"


class Extras:
    """The extras of one gateway. Every method raises Trouble and nothing else."""

    def __init__(self, ask: Ask, prefix: str, secret: str, limits: TimeLimits) -> None:
        self._ask = ask
        self._prefix = prefix
        self._secret = secret
        self._limits = limits

    async def feed(self, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """The clips as they are now, in the order asked for; those that the gateway does not know are left out."""
        wanted = [clip_id for clip_id in dict.fromkeys(clip_ids) if endpoints.is_usable_id(clip_id)]
        found: dict[str, Clip] = {}
        for start in range(0, len(wanted), endpoints.CLIPS_A_REQUEST):
            asked = wanted[start : start + endpoints.CLIPS_A_REQUEST]
            found |= {clip.id: clip for clip in await self._feed_of(asked) if clip.id in asked}
        clips = tuple(found[clip_id] for clip_id in wanted if clip_id in found)
        return without_secret(clips, self._secret)

    async def _feed_of(self, asked: list[str]) -> tuple[Clip, ...]:
        """The clips of one request. Where one unknown clip spoils the answer, it is halved until that one is alone."""
        try:
            return _clips_in(await self._read(endpoints.feed_path(asked)))
        except NotFound:
            if len(asked) == 1:
                return ()
        half = len(asked) // 2
        return await self._feed_of(asked[:half]) + await self._feed_of(asked[half:])

    async def timing(self, clip_id: str) -> Timing:
        """When each word of a clip is sung. Raises NotFound where the gateway has no times for it, or not yet."""
        document = await self._read(endpoints.timing_path(_usable(clip_id)))
        timing = timing_in(document)
        if timing is None:
            raise NotFound(_NO_TIMES, advice="They may come later; some models have none")
        return without_secret(timing, self._secret)

    async def wav(self, clip_id: str) -> str | None:
        """The address of a clip's wav file; None while the gateway is still making it."""
        document = await self._read(endpoints.wav_path(_usable(clip_id)))
        payload = open_envelope(document).payload
        for holder in (payload, document):
            found = _wav_link(holder) if isinstance(holder, dict) else link(holder)
            if found is not None and self._secret not in found:
                return found
        return None

    async def upsample_tags(self, style: str) -> str:
        """A few words of style turned into many. Sent once."""
        if not style.strip():
            raise RequestImpossible("There are no tags to work on", advice="Type a style first, such as 'indie pop'")
        document = await self._make(endpoints.ACT_TAGS, {"original_tags": style.strip()})
        payload = open_envelope(document).payload
        for holder in (document, payload):
            told = first(holder, "upsampled_tags", "upsampledTags", "tags") if isinstance(holder, dict) else holder
            if found := masked(tags(told, LONGEST_TAGS), self._secret):
                return found
        raise _unreadable_but_made()

    async def create_persona(self, clip_id: str, name: str, description: str) -> Persona:
        """A voice out of a clip that this gateway made. Sent once."""
        if not name.strip():
            raise RequestImpossible("A persona needs a name", advice="Give it one")
        fields = {
            "root_clip_id": _usable(clip_id),
            "name": name.strip(),
            "description": description.strip(),
            "clips": [clip_id],
            "is_public": False,
        }
        document = await self._make(endpoints.PERSONA_CREATE, fields)
        payload = open_envelope(document).payload
        for holder in (payload, document):
            if not isinstance(holder, dict):
                continue
            persona_id = identity(first(holder, "id", "persona_id", "personaId"))
            if persona_id and self._secret not in persona_id:
                persona = Persona(persona_id, line(holder.get("name")) or line(name), clip_id)
                return without_secret(persona, self._secret)
        raise _unreadable_but_made()

    async def _read(self, path: str) -> object:
        """The document that a free request is answered with."""
        return document_in(await self._ask("GET", self._prefix + path, self._limits.fetch_s), self._secret)

    async def _make(self, path: str, fields: dict[str, object]) -> object:
        """The same of a request that makes something: never repeated, and a lost answer says so."""
        body = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
        try:
            answer = await self._ask("POST", self._prefix + path, self._limits.extra_s, body=body, progress=Progress())
            return document_in(answer, self._secret)
        except (NotOffered, NotFound):
            raise
        except Trouble as trouble:
            status = trouble.http_status
            if trouble.charge is Charge.MAYBE or (status is not None and not 400 <= status < 500):
                trouble.charge, trouble.advice = Charge.MAYBE, _MADE_ALL_THE_SAME
            raise


def _usable(clip_id: str) -> str:
    if not endpoints.is_usable_id(clip_id):
        raise NotFound(advice="Check the id")
    return clip_id


def _clips_in(document: object) -> tuple[Clip, ...]:
    payload = open_envelope(document).payload
    for holder in (payload, document):
        items = clip_items(holder["clips"]) if isinstance(holder, dict) and "clips" in holder else holder
        items = items if isinstance(items, list) else [items]
        if clips := clips_of(items):
            return clips
    return ()


def _wav_link(holder: dict[str, object]) -> str | None:
    found = link(*(holder.get(name) for name in _WAV_NAMES))
    if found is None:
        audio = link(holder.get("audio_url"))
        found = audio if audio is not None and audio.split("?", 1)[0].lower().endswith(".wav") else None
    return found


def _unreadable_but_made() -> Trouble:
    return AnswerUnreadable(_OTHER_FORM, advice=_MADE_ALL_THE_SAME, charge=Charge.MAYBE)
