"""The knock-out tournament that ranks several takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sunotui.domain.annotations import TakeRef


@dataclass(frozen=True, slots=True)
class Knockout:
    """Compares takes in pairs, eliminating the losers, until one is left.

    Each round goes through those that are left in their order; one without a partner advances to the next round. So
    there is one comparison less than there are takes.
    """

    takes: tuple[TakeRef, ...]
    """Two or more, each once."""
    winners: tuple[TakeRef, ...] = ()
    """The winner of each pair that was decided, in order."""

    @property
    def pair(self) -> tuple[TakeRef, TakeRef] | None:
        """The takes to compare next; None when all is decided."""
        return self._played()[0]

    @property
    def order(self) -> tuple[TakeRef, ...]:
        """The takes, best first: those that were knocked out later are better, and of those that were knocked out in
        the same round, those whose winner advanced further. Until all is decided, the remaining ones come first."""
        _, left, beaten = self._played()
        order = list(left)
        for losers in reversed(beaten):
            # The winners are in the order already.
            order += [loser for winner in tuple(order) for beaten_by, loser in losers if beaten_by == winner]
        return tuple(order)

    @property
    def number(self) -> int:
        """The number of the pair to compare next, from 1; that of the last one when all is decided."""
        return min(len(self.winners) + 1, self.count)

    @property
    def count(self) -> int:
        """The total number of pairs."""
        return len(self.takes) - 1

    def won(self, winner: TakeRef) -> Knockout:
        """With the winner of the next pair. Raises ValueError for a take that is not in it."""
        if self.pair is None or winner not in self.pair:
            raise ValueError("not one of the pair")
        return replace(self, winners=(*self.winners, winner))

    def undone(self) -> Knockout:
        """Without the winner of the last pair."""
        return replace(self, winners=self.winners[:-1])

    def _played(
        self,
    ) -> tuple[tuple[TakeRef, TakeRef] | None, list[TakeRef], list[list[tuple[TakeRef, TakeRef]]]]:
        """The next pair, the remaining takes, and for each round the winners with the takes that they knocked out."""
        left, rest = list(self.takes), list(self.winners)
        rounds: list[list[tuple[TakeRef, TakeRef]]] = []
        while len(left) > 1:
            through: list[TakeRef] = []
            rounds.append([])
            for at in range(0, len(left) - 1, 2):
                one, other = left[at : at + 2]
                if not rest:
                    return (one, other), [*through, *left[at:]], rounds
                winner = rest.pop(0)
                rounds[-1].append((winner, other if winner == one else one))
                through.append(winner)
            left = [*through, left[-1]] if len(left) % 2 else through
        return None, left, rounds
