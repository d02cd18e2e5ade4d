"""Model names and their limits, one table, and the choice of a model where a request names none.

Names and limits are those that gateways and Suno published until November 2026; any other name may be as good, since
gateways disagree. Suno retired every model before v6 for new songs on 2026-09-09.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.domain.text import trim


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters a model takes; a longer text is sent only if the user insists."""

    prompt: int = 5_000
    style: int = 1_000
    title: int = 100
    description: int = 500
    lyrics_prompt: int = 2_000


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its name on the wire, its label, and other spellings seen at gateways."""

    mv: str
    label: str
    aliases: tuple[str, ...]
    limits: Limits
    is_retired: bool = True
    """Whether Suno makes no new songs with it; a gateway may still pass it on, replace it, or fail."""
    has_remaster: bool = True
    """Whether Suno ever remastered with it: it has no remaster of its first models."""


_OLD = Limits(prompt=3_000, style=200, title=80)
_V6 = Limits(description=3_000)

MODELS: tuple[Model, ...] = (
    Model("chirp-hawk", "v6", ("chirp-v6", "v6"), _V6, is_retired=False),
    Model("chirp-hawk-wild", "v6 wild", ("chirp-v6-wild", "v6_wild", "v6 wild"), _V6, is_retired=False),
    Model("chirp-goose", "v6 mini", ("chirp-v6-mini", "v6_mini", "v6 mini"), _V6, is_retired=False),
    Model("chirp-halibut", "v6 remaster", ("v6 remaster",), _V6, is_retired=False),
    Model("chirp-crow", "v5", ("chirp-v5", "v5"), Limits()),
    Model("chirp-fenix", "v5.5", ("chirp-v5-5", "chirp-v55", "v5_5", "v5.5"), Limits()),
    Model("chirp-bluejay", "v4.5+", ("chirp-v4-5-plus", "chirp-v4-5+", "v4_5plus", "v4.5+"), Limits()),
    Model(
        "chirp-auk-turbo", "v4.5-all", ("chirp-v4-5-all", "chirp-v4-5-lite", "v4_5all", "v4.5-all"), Limits(title=80)
    ),
    Model("chirp-auk", "v4.5", ("chirp-v4-5", "v4_5", "v4.5", "chirp-auk-upload"), Limits()),
    Model("chirp-v4", "v4", ("v4", "chirp-v4-tau", "chirp-v4-upload"), _OLD),
    Model(
        "chirp-v3-5",
        "v3.5",
        ("chirp-v3.5", "suno-v3.5", "v3_5", "v3.5", "chirp-v3-5-tau", "chirp-v3-5-upload"),
        _OLD,
        has_remaster=False,
    ),
    Model("chirp-v3-0", "v3", ("chirp-v3.0", "chirp-v3", "suno-v3", "v3"), _OLD, has_remaster=False),
)

NEWEST = "chirp-hawk"
"""v6: what to ask for where nothing is known of a gateway."""
REMASTER = "chirp-halibut"
"""Makes remasters only."""

_BY_NAME = {name.lower(): model for model in MODELS for name in (model.mv, *model.aliases)}


def names_for(listed: Sequence[str]) -> tuple[str, ...]:
    """Names to suggest: the models that a gateway lists, before the usual ones."""
    names = [name for name in listed if not name.startswith("suno_")]
    usual = [name for model in MODELS for name in (model.mv, *model.aliases) if name.startswith("chirp-")]
    return tuple(dict.fromkeys([*names, *usual]))


def choose_model(profile_model: str, worked: Sequence[str], listed: Sequence[str]) -> str:
    """The model of a request that names none: the profile's, else the one that last succeeded at this gateway for this
    kind of request, else one that the gateway lists, else NEWEST.

    `worked` has the newest success first; `listed` are the names of the gateway's models page, of which the first
    current one counts before the first retired one. Names that are no known model are billing names as often as not,
    and are passed over.
    """
    known = [model for name in listed if (model := find(name)) is not None and model.mv != REMASTER]
    spelled = {model.mv: name for name in reversed(listed) if (model := find(name)) is not None}
    current = [model for model in known if not model.is_retired]
    first = next(iter([*current, *known]), None)
    return trim(profile_model) or next(iter(worked), "") or (spelled[first.mv] if first is not None else NEWEST)


def is_retired(name: str) -> bool:
    """Whether Suno makes no new songs with this model; False for a name of the gateway's own."""
    model = find(name)
    return model is not None and model.is_retired


def find(name: str) -> Model | None:
    """The model by any of its spellings, or None for a name of the gateway's own."""
    return _BY_NAME.get(trim(name).lower())


def limits_of(name: str) -> Limits:
    """The limits of a model, no name being NEWEST; of an unknown one the widest, since only the gateway decides."""
    model = find(trim(name) or NEWEST)
    return model.limits if model is not None else Limits()


def label_of(name: str) -> str:
    """The label of a model: "v4.5" for chirp-auk; an unknown name as it stands."""
    model = find(name)
    return model.label if model is not None else name


def model_key(name: str) -> str:
    """What models are sorted by: their label, so that the several names of one stand together."""
    return label_of(name).casefold()
