"""What the parts of the studio stand on, handed to each of them as one."""

import random
from dataclasses import dataclass

from sunotui.core.background import Errands
from sunotui.core.clock import Clock
from sunotui.core.event_bus import Newsroom
from sunotui.core.gateways.client_pool import Gateways
from sunotui.storage.worker import Desk


@dataclass(frozen=True, slots=True)
class Ground:
    """The ways to the disk, the gateways, the listeners and the time."""

    desk: Desk
    gateways: Gateways
    newsroom: Newsroom
    clock: Clock
    rng: random.Random
    errands: Errands
