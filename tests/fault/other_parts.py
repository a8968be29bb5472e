"""The real ledger with a few other parts, for faults that no call from outside can bring about."""

import runpy
from types import ModuleType

from ledger_service.store import batch
from ledger_service.store.batch import PostgresBatch

Part = tuple[ModuleType, str, object]
"""A module, what it calls a part, and what stands in its place."""


def batches_of(kind: type[PostgresBatch]) -> Part:
    """Batches of another kind, opened, committed and given up as the real ones are."""
    return batch, "PostgresBatch", kind


def serve_with(*parts: Part) -> None:
    """Serves until SIGTERM, as `python -m ledger_service` does. LookupError if a module has no such part."""
    for module, name, part in parts:
        if name not in vars(module):
            raise LookupError(f"{module.__name__} has no {name}")
        vars(module)[name] = part
    runpy.run_module("ledger_service", run_name="__main__")
