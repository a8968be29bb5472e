"""What stands for a name whose look-ups are counted: a hash under a key of this process alone, so that no memory and no
dump of it holds the name, nor what could be compared with anything else."""

import os
from hashlib import blake2b

_KEY_BYTES = 32
_MARK_BYTES = 16


class Mark:
    """Marks of one process. Case and what is neither letter nor digit do not matter: `+49 30` and `4930` are one."""

    def __init__(self) -> None:
        self._key = os.urandom(_KEY_BYTES)

    def of(self, *parts: str) -> str:
        """The mark of a name: its program, kind and value."""
        folded = ["".join(letter for letter in part.casefold() if letter.isalnum()) for part in parts]
        return blake2b(
            "\x00".join(folded).encode("utf-8", "replace"), key=self._key, digest_size=_MARK_BYTES
        ).hexdigest()
