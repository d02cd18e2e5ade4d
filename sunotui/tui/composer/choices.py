"""The pick-lists of the composer: models, voices, numbers of requests, and modes."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.core.gateways.model_choice import GatewayModels
from sunotui.domain.gateways.capabilities import Capabilities, Support
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.models import MODELS, find, is_retired, label_of
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.composer.check import Bill
from sunotui.tui.composer.drafts.draft import MAX_REQUESTS
from sunotui.tui.composer.fields import MODES, mode_named
from sunotui.tui.composer.mode_bar import support_of
from sunotui.tui.dialogs.picker import PickerDialog, PickerRow
from sunotui.tui.dialogs.select import SelectDialog

_NOTES = {Support.MISSING: "not offered", Support.DOUBTFUL: "unlikely"}
"""The note about a mode that the gateway does not, or probably does not, offer."""
_KIND_PREFIX = "suno_"
"""Prefixes of the gateways' names for kinds of requests, which are not models."""


def model_picker(models: GatewayModels, offers: Capabilities, kind: str) -> PickerDialog[str]:
    """A list of models for requests of this kind; what was typed can be picked as a name, too. An empty name leaves the
    choice to the program."""
    worked = models.worked.get(kind, ())
    listed = [name for name in offers.models if not name.startswith(_KIND_PREFIX)]
    usual = models.chosen.get(kind, "")
    rows = [
        PickerRow("", "", "", f"Chosen for this gateway: {label_of(usual)}" if usual else "Chosen for this gateway")
    ]
    known = {found.mv for name in (*worked, *listed) if (found := find(name)) is not None}
    for name in dict.fromkeys([*worked, *listed, *(model.mv for model in MODELS if model.mv not in known)]):
        note = (
            "worked here" if name in worked else "retired" if is_retired(name) else "listed" if name in listed else ""
        )
        label = label_of(name)
        rows.append(PickerRow(name, "", note, name if label == name else f"{label} · {name}"))
    return PickerDialog("Model", rows, row_of=lambda text: PickerRow(text, "", "", f"Use another name: {text}"))


def voice_picker(personas: Sequence[Persona], now: float) -> PickerDialog[Persona | str]:
    """A list of a gateway's voices; an empty text stands for no voice. `now` is in seconds since the epoch."""
    rows: list[PickerRow[Persona | str]] = [PickerRow("", "", "", "No voice")]
    for persona in personas:
        age = formatting.age(persona.created_at, now) if persona.created_at else ""
        rows.append(PickerRow(persona, age, "voice", formatting.title(persona.name)))
    return PickerDialog("Voice", rows)


def requests_picker(bill: Bill) -> SelectDialog:
    """A list of numbers of requests, each with its takes and its usual price."""
    rows = []
    for count in range(1, MAX_REQUESTS + 1):
        many = Bill(count, bill.takes, bill.price)
        facts = [counted(count * bill.takes, "take")] if bill.takes else []
        facts += [f"about {many.cost}"] if many.cost else []
        rows.append((str(count), counted(count, "request"), ", ".join(facts)))
    return SelectDialog("Requests", rows)


def mode_picker(offers: Capabilities, dialect: Dialect) -> PickerDialog[str]:
    """A list of all modes; what the gateway does not offer is marked and comes last."""
    rows = []
    forms = {task.name: task.forms for task in DERIVED_TASKS}
    for name in dict.fromkeys([*(mode.id for mode in MODES), *forms]):
        mode = mode_named(name)
        note = _NOTES.get(support_of(mode, offers), "")
        if dialect not in forms.get(name, {dialect: None}):
            note = _NOTES[Support.MISSING]
        rows.append(PickerRow(name, mode.key, note, f"{mode.label}: {mode.hint.rstrip('.')}"))
    return PickerDialog("All modes", sorted(rows, key=lambda row: row.kind == _NOTES[Support.MISSING]))
