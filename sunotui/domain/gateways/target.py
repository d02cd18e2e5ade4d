"""The part of a profile that decides where a request goes and in which form."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.profile import BaseUrl


@dataclass(frozen=True, slots=True)
class GatewayTarget:
    """A gateway's address and the form of its requests, as a profile has them at one moment."""

    base_url: BaseUrl | None
    """None where there is no such profile."""
    dialect: Dialect
    label: str
    """The label of a documented gateway (`DialectChoice.label`), which may have forms of its own; empty for none."""
