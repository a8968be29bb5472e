"""What a text that a person wrote may hold: one line that reads the same wherever it is shown."""

import re

_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters (general category Cc), line and paragraph separators, the embeddings, overrides and isolates of
writing direction, and halves of a pair. PostgreSQL holds no NUL in jsonb; a line break forges lines of a log or a
list; a turned direction shows another text than was written. Marks that only say a direction are kept: texts of
Arabic and Hebrew need them."""


def is_plain(text: str) -> bool:
    """True if `text` is one line without control characters, turned direction or lone surrogates. It may be empty."""
    return _NEVER.search(text) is None
