"""``python -m deploy.local.trace [ID]``: one trace as a tree.

ID is a trace id, a request id, a document number of a sale or return, or an order, return or redemption id. Without
it the last trace that reached the books is shown. Reads files only: the stack may have been stopped.
"""

import argparse
import sys

from rich.console import Console

from deploy.local.errors import LocalStackError
from deploy.local.settings import StackSettings
from deploy.local.trace import find
from deploy.local.trace.render import render
from deploy.local.trace.spans import read_spans
from deploy.local.trace.tree import trees

PLAIN_WIDTH = 140
"""Columns where the output is no terminal."""


def main() -> int:
    """Print a trace; 0, or 1 with a message on standard error if there is none."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.trace", description="One trace as a tree.")
    parser.add_argument("id", nargs="?", help="trace, request, document, order, return or redemption id")
    wanted: str | None = parser.parse_args().id
    try:
        settings = StackSettings.from_environment()
    except LocalStackError as fault:
        print(fault, file=sys.stderr)
        return 1
    spans = read_spans(settings.trace_dir)
    found = find.by_id(spans, wanted) if wanted else find.last(spans)
    if found is None:
        print(_nothing(settings, wanted), file=sys.stderr)
        return 1
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    console.print(render(trees(spans, found.trace_id), found.trace_id, console.width))
    for other in found.also:
        console.print(f"Asked again in trace {other}.", style="dim")
    return 0


def _nothing(settings: StackSettings, wanted: str | None) -> str:
    if wanted:
        return f"No trace in {settings.trace_dir} has the id {wanted!r}. Spans are written about a second late."
    return f"There are no traces in {settings.trace_dir} yet. Run `make demo` first, or `make up` and call something."


if __name__ == "__main__":
    sys.exit(main())
