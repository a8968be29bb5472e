"""How much of a list is asked for at a time."""

from chassis.runtime.fields import FieldReader

MAX_PAGE, DEFAULT_PAGE = 1_000, 100


def read_page_size(reader: FieldReader, size: int) -> int:
    """At most this many; 0, which is unset: the default."""
    return reader.within("page_size", size, 0, MAX_PAGE) or DEFAULT_PAGE
