"""``python -m deploy.local.demo``: the story, told by a running mesh. Exit code 0 only if every figure held.

Starts the local stack and stops it again, or uses the one that runs on the same data directory. Data stay: the next
run finds everything already there, tells the same figures, and is fast.

Environment: LOYALTY_DATA_DIR, LOYALTY_PORT_BASE, and NO_COLOR; OTEL_EXPORTER_OTLP_ENDPOINT sends the traces on.
"""

import argparse
import asyncio
import os
import sys

from chassis.runtime.telemetry import Telemetry
from chassis.values.refusal import Refusal
from deploy.local.demo.place import open_place
from deploy.local.demo.sample import enough_orders
from deploy.local.demo.screen import Screen
from deploy.local.demo.story import tell
from deploy.local.errors import LocalStackError
from deploy.local.settings import StackSettings

_INTERRUPTED = 130


def main() -> int:
    """Tell the story; 0 if everything held, 1 if not, 130 if it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo", description="The story of the loyalty mesh.")
    parser.add_argument(
        "--orders", type=enough_orders, metavar="N", help="upload only the first N orders of the sample"
    )
    orders: int | None = parser.parse_args().orders
    screen = Screen()
    try:
        asyncio.run(_run(screen, orders))
    except LocalStackError as fault:
        print(fault, file=sys.stderr)
        return 1
    except Refusal as refusal:
        print(f"A call that the story needs was refused.\n{_advice(refusal)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return screen.verdict()


async def _run(screen: Screen, orders: int | None) -> None:
    settings = StackSettings.from_environment()
    screen.title("One balance for the shopper, separate books for every brand")
    async with open_place(settings, lambda step: screen.note(f"   {step}")) as place:
        telemetry = Telemetry("till", settings.trace_dir / "till.jsonl", os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
        try:
            await tell(screen, place, telemetry, orders)
        finally:
            telemetry.shutdown()
        if not place.ours:
            screen.note("The stack stays up; `make down` stops it.")


def _advice(refusal: Refusal) -> str:
    text = f"{refusal} {dict(refusal.metadata) or ''}".rstrip()
    if refusal.reason in ("REQUEST_ID_REUSED", "ORDER_CONFLICT"):
        text += (
            "\nThe data directory was filled by another edition of the demo. Begin anew with `make clean`, or name "
            "another directory with LOYALTY_DATA_DIR."
        )
    return text


if __name__ == "__main__":
    sys.exit(main())
