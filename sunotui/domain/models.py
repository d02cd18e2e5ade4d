"""Model names and their limits, one table (protocol 2.5). Any other name is as good: gateways disagree."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters a model takes; a longer text is sent only if the person insists."""

    prompt: int = 5_000
    style: int = 1_000
    title: int = 100
    description: int = 500
    lyrics_prompt: int = 2_000


@dataclass(frozen=True, slots=True)
class Model:
    """One model: the name on the wire, what people call it, and other spellings seen at gateways."""

    mv: str
    label: str
    aliases: tuple[str, ...]
    limits: Limits


_OLD = Limits(prompt=3_000, style=200, title=80)

MODELS: tuple[Model, ...] = (
    Model("chirp-crow", "v5", ("chirp-v5", "v5"), Limits()),
    Model("chirp-fenix", "v5.5", ("chirp-v5-5", "chirp-v55", "v5.5"), Limits()),
    Model("chirp-bluejay", "v4.5+", ("chirp-v4-5-plus", "chirp-v4-5+", "v4_5plus", "v4.5+"), Limits()),
    Model("chirp-auk-turbo", "v4.5-all", ("chirp-v4-5-all", "chirp-v4-5-lite", "v4.5-all"), Limits(title=80)),
    Model("chirp-auk", "v4.5", ("chirp-v4-5", "v4_5", "v4.5", "chirp-auk-upload"), Limits()),
    Model("chirp-v4", "v4", ("v4", "chirp-v4-tau", "chirp-v4-upload"), _OLD),
    Model("chirp-v3-5", "v3.5", ("chirp-v3.5", "suno-v3.5", "v3.5", "chirp-v3-5-tau", "chirp-v3-5-upload"), _OLD),
    Model("chirp-v3-0", "v3", ("chirp-v3.0", "chirp-v3", "suno-v3", "v3"), _OLD),
)

DEFAULT_MV = "chirp-v4"
"""Known to every gateway of the family that documents its models."""

_BY_NAME = {name.lower(): model for model in MODELS for name in (model.mv, *model.aliases)}


def names_for(told: Sequence[str]) -> tuple[str, ...]:
    """Names to suggest: those that a gateway tells of, where they are models, before the usual ones."""
    names = [name for name in told if not name.startswith("suno_")]
    usual = [name for model in MODELS for name in (model.mv, *model.aliases) if name.startswith("chirp-")]
    return tuple(dict.fromkeys([*names, *usual]))


def find(name: str) -> Model | None:
    """The model by any of its spellings, or None for a name of the gateway's own."""
    return _BY_NAME.get(name.strip().lower())


def limits_of(name: str) -> Limits:
    """The limits of a model, no name being DEFAULT_MV; of an unknown one the widest: only the gateway can tell."""
    model = find(name.strip() or DEFAULT_MV)
    return model.limits if model is not None else Limits()


def label_of(name: str) -> str:
    """What people call the model: "v4.5" for chirp-auk; an unknown name as it stands."""
    model = find(name)
    return model.label if model is not None else name


def model_key(name: str) -> str:
    """What models are sorted by: their label, so that the several names of one stand together."""
    return label_of(name).casefold()
