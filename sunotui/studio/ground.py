"""What the parts of the studio stand on, handed to each of them as one."""

import random
from dataclasses import dataclass

from sunotui.storage.worker import Desk
from sunotui.studio.clock import Clock
from sunotui.studio.errands import Errands
from sunotui.studio.gateways import Gateways
from sunotui.studio.newsroom import Newsroom


@dataclass(frozen=True, slots=True)
class Ground:
    """The ways to the disk, the gateways, the listeners and the time."""

    desk: Desk
    gateways: Gateways
    newsroom: Newsroom
    clock: Clock
    rng: random.Random
    errands: Errands
