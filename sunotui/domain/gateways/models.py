"""The table of model names and limits, and the choice of a model for a request without one.

Names and limits are those that gateways and Suno published until November 2026; other names may work too, since
gateways differ. Suno retired every model before v6 for new songs on 2026-09-09.
"""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.domain.text import trim
from sunotui.named_tuple import NamedTuple


class Limits(NamedTuple):
    """The maximum text lengths of a model, in characters; a longer text is sent only if the user confirms it."""

    prompt: int = 5_000
    style: int = 1_000
    title: int = 100
    description: int = 500
    lyrics_prompt: int = 2_000


class Model(NamedTuple):
    """A model: its name in requests, its label, and the other names that gateways use."""

    mv: str
    label: str
    aliases: tuple[str, ...]
    limits: Limits
    is_retired: bool = True
    """Whether Suno no longer generates songs with it; a gateway may still pass the name on, replace it, or fail."""
    has_remaster: bool = True
    """Whether Suno offered remasters with it; its first models did not."""


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
"""v6: the default when nothing is known about a gateway."""
REMASTER = "chirp-halibut"
"""For remasters only."""

_BY_NAME = {name.lower(): model for model in MODELS for name in (model.mv, *model.aliases)}


def names_for(listed: Sequence[str]) -> tuple[str, ...]:
    """The model names to suggest: those that the gateway lists, then the common ones."""
    names = [name for name in listed if not name.startswith("suno_")]
    usual = [name for model in MODELS for name in (model.mv, *model.aliases) if name.startswith("chirp-")]
    return tuple(dict.fromkeys([*names, *usual]))


def choose_model(profile_model: str, worked: Sequence[str], listed: Sequence[str]) -> str:
    """Choose the model of a request without one: the profile's, else the one that last succeeded at this gateway for
    this kind of request, else one that the gateway lists, else NEWEST.

    `worked` has the newest success first. `listed` are the names on the gateway's models page: the first current one is
    preferred to the first retired one. Unknown names are skipped, since many of them are billing names.
    """
    known = [model for name in listed if (model := find(name)) is not None and model.mv != REMASTER]
    spelled = {model.mv: name for name in reversed(listed) if (model := find(name)) is not None}
    current = [model for model in known if not model.is_retired]
    first = next(iter([*current, *known]), None)
    return trim(profile_model) or next(iter(worked), "") or (spelled[first.mv] if first is not None else NEWEST)


def is_retired(name: str) -> bool:
    """Whether Suno no longer generates songs with this model; False for a name that only the gateway knows."""
    model = find(name)
    return model is not None and model.is_retired


def find(name: str) -> Model | None:
    """Look up a model by any of its names; None for a name that only the gateway knows."""
    return _BY_NAME.get(trim(name).lower())


def limits_of(name: str) -> Limits:
    """The limits of a model; an empty name means NEWEST. An unknown model has the widest limits, since only the gateway
    decides."""
    model = find(trim(name) or NEWEST)
    return model.limits if model is not None else Limits()


def label_of(name: str) -> str:
    """The label of a model: "v4.5" for chirp-auk; an unknown name is its own label."""
    model = find(name)
    return model.label if model is not None else name


def model_key(name: str) -> str:
    """The sort key of a model: its label, so that the different names of one model sort together."""
    return label_of(name).casefold()
