"""`python -m tests.faults.halting serve …`: a centre that stops dead in mid-reconcile, once a file is there.

It knows then what the plans want and has not written it yet: the worst moment
to be stopped, for everything it knows grows old before it goes on.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from coord.api.wishes import Plans
from coord.cli import main
from coord.handle import Room
from coord.incidents.commands import Reconcile

HALT = "COORD_HALT"


class HaltingPlans(Plans):
    """Computes what is wanted, and is stopped before anybody hears of it."""

    async def wish(self, room: Room) -> Reconcile | None:
        """See :meth:`coord.api.wishes.Plans.wish`."""
        wish = await super().wish(room)
        armed = Path(os.environ[HALT])
        if wish is not None and armed.exists():
            armed.unlink()
            os.kill(os.getpid(), signal.SIGSTOP)
        return wish


if __name__ == "__main__":
    import coord.api.world

    setattr(coord.api.world, "Plans", HaltingPlans)  # noqa: B010 - the plant
    sys.exit(main())
