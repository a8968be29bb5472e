"""Telling something to a screen from beginning to end, and what that comes to as an exit code."""

import asyncio
import sys
from collections.abc import Coroutine

from chassis.values.refusal import Refusal
from deploy.local.demo.screen import Screen
from deploy.local.errors import LocalStackError

_INTERRUPTED = 130


def told(screen: Screen, name: str, telling: Coroutine[object, object, None]) -> int:
    """Runs `telling`, which is called `name`; 0 if everything held, 1 if not, 130 if it was interrupted."""
    try:
        asyncio.run(telling)
    except LocalStackError as fault:
        print(fault, file=sys.stderr)
        return 1
    except Refusal as refusal:
        print(f"A call that the {name} needs was refused.\n{_advice(refusal)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return screen.verdict()


def _advice(refusal: Refusal) -> str:
    text = f"{refusal} {dict(refusal.metadata) or ''}".rstrip()
    if refusal.reason in ("REQUEST_ID_REUSED", "ORDER_CONFLICT"):
        text += (
            "\nThe data directory was filled by another edition of the demo. Begin anew with `make clean`, or name "
            "another directory with LOYALTY_DATA_DIR."
        )
    return text
