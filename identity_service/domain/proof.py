"""What proves a member: how, for what, how often she may try (docs/adr/0069)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import pairwise

from chassis.values.ids import hash_of, made_id

MOST_CHARACTERS = 2_048
"""The longest proof: an app's token."""
CODE_LIFE = timedelta(minutes=10)
CODE_ATTEMPTS = 5
"""So often one code may be told wrong."""
TOKEN_LIFE = timedelta(minutes=5)
"""An app's token is good for at most so long."""


class ProofMethod(Enum):
    """How a member proves herself; numbered as on the wire and in the database."""

    CARD_IN_HAND = 1
    APP_TOKEN = 2
    ONE_TIME_CODE = 3
    PIN = 4


class Purpose(Enum):
    """What a proof is for; numbered as on the wire and in the database."""

    SPEND = 1
    SET_PIN = 2
    VERIFY_IDENTIFIER = 3
    LINK_IDENTIFIER = 4


@dataclass(frozen=True, slots=True)
class GivenProof:
    """A proof as it was given. `value` is secret, and left out wherever this is shown."""

    method: ProofMethod
    value: str

    def __repr__(self) -> str:
        return f"GivenProof({self.method.name})"


@dataclass(frozen=True, slots=True)
class ProofUse:
    """What a proof is used for, named for ever by program, caller and request id."""

    program_id: str
    caller: str
    request_id: str

    def key_hash(self, verb: str = "verify") -> bytes:
        """The key of the use, 32 bytes; `verb` keeps uses of different rpcs apart."""
        return hash_of("proof", verb, self.program_id, self.caller, self.request_id)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A proof that was accepted: of the root `member_id` then, opaque ids only."""

    proof_id: str
    member_id: str
    method: ProofMethod
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SentCode:
    """The newest code sent to an identifier to verify it: how often it was told, and how often in a row any code of
    this identifier was told wrong."""

    salt: bytes
    expire_time: datetime
    used: bool
    tries: int
    attempts: "Attempts"

    def one_more(self, now: datetime) -> "SentCode | None":
        """The code with one attempt that is made now, as if it failed; None if none is allowed."""
        attempts = self.attempts.one_more(PATIENCE[ProofMethod.ONE_TIME_CODE], now)
        return None if attempts is None else replace(self, tries=self.tries + 1, attempts=attempts)

    def is_good(self, now: datetime) -> bool:
        """Whether it may be told now."""
        return not self.used and now < self.expire_time and self.tries < CODE_ATTEMPTS


def proof_id_of(use_hash: bytes) -> str:
    """The id of the proof accepted for a use."""
    return made_id("prf", use_hash.hex())


@dataclass(frozen=True, slots=True)
class Patience:
    """How many attempts in a row are free, how long the wait is after the first that is not (it doubles with each, to
    a day), and after how many nothing helps but something new; None: that never comes."""

    free: int
    first_wait: timedelta
    most: int | None = None


LONGEST_WAIT = timedelta(days=1)
PATIENCE = {
    ProofMethod.PIN: Patience(3, timedelta(seconds=30), most=10),
    ProofMethod.ONE_TIME_CODE: Patience(5, timedelta(seconds=30)),
}
"""Of what can be guessed. The others are not counted: nobody guesses a signature, and a card is no secret."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Attempts in a row that were not right, and when the next is allowed."""

    failures: int
    next_time: datetime

    def one_more(self, patience: Patience, now: datetime) -> "Attempts | None":
        """The attempts with one that is made now, as if it failed; None if none is allowed."""
        if now < self.next_time or (patience.most is not None and self.failures >= patience.most):
            return None
        failures = self.failures + 1
        wait = _wait(patience, failures)
        # Where nothing is waited for, two processes whose clocks differ a little must not wait for each other.
        return Attempts(failures, now + wait if wait else self.next_time)


def _wait(patience: Patience, failures: int) -> timedelta:
    beyond = failures - patience.free
    if beyond < 0:
        return timedelta()
    # Twenty doublings of half a minute are more than a day.
    return min(LONGEST_WAIT, patience.first_wait * (1 << min(beyond, 20)))


def is_simple(pin: str) -> bool:
    """True for one digit again and again, and for runs such as 1234 or 9876."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps <= {0} or steps == {1} or steps == {-1}
