"""Pages of documents: bounded by their number and by their bytes, so that an answer is never too large to be taken."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

PAGE_BYTES = 8 * 1024 * 1024
"""A page ends with the document that passes this; one is always told."""


class Portion(NamedTuple, Generic[T]):
    """What fits on a page, and whether there is more behind it."""

    items: Sequence[T]
    more: bool
