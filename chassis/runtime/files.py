"""Files that somebody else renews while we run."""

import os
import time
from pathlib import Path

LOOK_EVERY_SECONDS = 1.0


class WatchedFile:
    """The text of a file, read again when its modification time or size changes; looked at once a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._next_look = 0.0

    @property
    def is_due(self) -> bool:
        """Whether the file would be looked at now."""
        return time.monotonic() >= self._next_look

    def changed(self) -> str | None:
        """The new text if there is one, else None. Raises OSError if the file cannot be read, ValueError if it is no
        text."""
        now = time.monotonic()
        if now < self._next_look:
            return None
        self._next_look = now + LOOK_EVERY_SECONDS
        stat = os.stat(self._path)
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen == self._seen:
            return None
        text = self._path.read_text()
        self._seen = seen
        return text

    def again(self) -> None:
        """What was read was no good: the next look reads it again, changed or not."""
        self._seen = None
