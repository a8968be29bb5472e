"""``python -m deploy.local.demo``: the story, told by a running mesh. Exit code 0 only if every figure held.

Starts the local stack and stops it again, or uses the one that runs on the same data directory. Data stay: the next
run finds everything already there, tells the same figures, and is fast.

Environment: LOYALTY_DATA_DIR, LOYALTY_PORT_BASE, and NO_COLOR; OTEL_EXPORTER_OTLP_ENDPOINT sends the traces on.
"""

import argparse
import os
import sys

from chassis.runtime.telemetry import Telemetry
from deploy.local.demo.place import open_place
from deploy.local.demo.sample import enough_orders
from deploy.local.demo.screen import Screen
from deploy.local.demo.story import tell
from deploy.local.demo.telling import told
from deploy.local.settings import StackSettings


def main() -> int:
    """Tell the story; 0 if everything held, 1 if not, 130 if it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo", description="The story of the loyalty mesh.")
    parser.add_argument(
        "--orders", type=enough_orders, metavar="N", help="upload only the first N orders of the sample"
    )
    orders: int | None = parser.parse_args().orders
    screen = Screen()
    return told(screen, "story", _run(screen, orders))


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


if __name__ == "__main__":
    sys.exit(main())
