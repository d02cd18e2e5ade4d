"""How safe takes are: whether they are saved, and when their links expire."""

from __future__ import annotations

from enum import StrEnum

from sunotui.named_tuple import NamedTuple

DAY_S = 86_400.0
FIRST_DEATH_S, LAST_DEATH_S = 7 * DAY_S, 15 * DAY_S
"""The earliest and the latest age at which links of an unknown gateway expire, in seconds."""
AT_RISK_S = 3 * DAY_S
"""How many seconds before its links may expire a song without a saved take is at risk."""


class LinkLife(NamedTuple):
    """How old the audio links of a gateway were when one was last seen to work and first seen not to, in seconds since
    their song was added; None if no such link was seen."""

    shortest_dead_s: float | None = None
    longest_alive_s: float | None = None

    @property
    def is_learned(self) -> bool:
        """Whether an expired link was seen, so that the age is known and not assumed."""
        return self.shortest_dead_s is not None

    @property
    def window_s(self) -> tuple[float, float] | None:
        """The earliest and the latest age at which links expire; None if links have outlived the usual age and no
        expired link was seen. A link that died at an age at which another one still worked is ignored: it had another
        reason."""
        alive = self.longest_alive_s or 0.0
        if self.shortest_dead_s is not None:
            known = max(self.shortest_dead_s, alive)
            return known, known
        return None if alive > LAST_DEATH_S else (max(alive, FIRST_DEATH_S), LAST_DEATH_S)


NO_LINK_LIFE = LinkLife()
"""The links of an unknown gateway."""


class TakeSafety(StrEnum):
    """The safety of a finished take that is not in the trash."""

    SAVED = "saved"
    AT_RISK = "at risk"
    """Not saved, and either a favourite or soon without a link."""
    LOST = "lost"
    """Not saved, and so old that its gateway's links have expired."""
    UNSAVED = "unsaved"


def safety_of(*, is_saved: bool, is_favourite: bool, age_s: float, life: LinkLife) -> TakeSafety:
    """How safe a finished take is whose song was added `age_s` seconds ago."""
    if is_saved:
        return TakeSafety.SAVED
    if life.is_learned and life.window_s is not None and age_s >= life.window_s[1]:
        return TakeSafety.LOST
    return TakeSafety.AT_RISK if is_favourite or has_expiring_links(age_s, life) else TakeSafety.UNSAVED


def has_expiring_links(age_s: float, life: LinkLife) -> bool:
    """Whether the links of a song that was added `age_s` seconds ago may expire soon, and are not known to have
    expired."""
    return life.window_s is not None and life.window_s[0] - AT_RISK_S <= age_s < life.window_s[1]
