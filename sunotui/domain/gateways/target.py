"""The address of a gateway and the form of its requests."""

from __future__ import annotations

from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.named_tuple import NamedTuple


class GatewayTarget(NamedTuple):
    """The address and request form of a profile's gateway at one moment; a prepared request is valid for one target."""

    base_url: BaseUrl | None
    """None if the profile does not exist."""
    dialect: Dialect
    label: str
    """The label of a documented gateway (`DialectChoice.label`), which may have its own forms; otherwise empty."""
