"""The desk that a page shows, chosen among those of one's own municipality."""

from __future__ import annotations

from ..services.actors import Actor
from ..services.dashboard import desks_for
from . import typed
from .answers import Answered
from .slots_view import Option


class DeskChoice(Answered, mixin=True):
    """The desks to choose from and the one that is shown; 0 before any is."""

    desks: list[Option] = []
    desk_id: int = 0

    async def _first_desk(self, actor: Actor) -> int:
        """List the desks; the one shown last, else the first, 0 without any."""
        found = await self._run(desks_for, actor)
        self.desks = [Option(f"{desk_id}", name) for desk_id, name in found or ()]
        known = [int(one.value) for one in self.desks]
        return self.desk_id if self.desk_id in known else min(known, default=0)

    def _known_desk(self, desk_id: object) -> int:
        """The desk that was sent; 0 for one that was not to be chosen."""
        wanted = typed.whole(desk_id)
        return wanted if str(wanted) in {one.value for one in self.desks} else 0
