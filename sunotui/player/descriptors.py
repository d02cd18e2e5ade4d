"""Keeps the standard descriptors for the protocol: sound libraries may print to them."""

from __future__ import annotations

import os

from sunotui.named_tuple import NamedTuple


class Channel(NamedTuple):
    """The descriptors of the conversation with the app; children do not inherit them."""

    read: int
    write: int


def take_standard_descriptors() -> Channel:
    """Move standard input and output to new descriptors, and redirect 0, 1 and 2 to the null device."""
    channel = Channel(os.dup(0), os.dup(1))
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    if null > 2:
        os.close(null)
    return channel
