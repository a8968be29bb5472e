"""What wallets must hold, recomputed from acknowledgements on disk alone.

Every answer tells the wallet's version and balance after it. So the acknowledgements of a wallet, sorted by version,
must be its whole history: each version once, each balance the one before and this command's points. Only the arrival
of points that another member sent is told to nobody: a version that is missing must be one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1.wallet_pb2 import Wallet

from tests.fault.effects import Effect, Effects
from tests.load.acks import Ack
from tests.load.calls import REQUESTS, RESPONSES


@dataclass(frozen=True, slots=True)
class Step:
    """What one acknowledged command did to a wallet, and the wallet as it was told."""

    effect: Effect
    wallet: Wallet

    @property
    def version(self) -> int:
        """The wallet's version after it."""
        return self.wallet.version


@dataclass(slots=True)
class Model:
    """Feed it with the acknowledgements of each client in their order, then ask for `faults`.

    `reached` is how far the log has come, by partition.
    """

    reached: dict[int, int] = field(default_factory=dict)
    effects: Effects = field(default_factory=Effects)
    _histories: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    _sent: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def take(self, acks: Iterable[Ack]) -> None:
        """Takes in acknowledgements; refused commands change nothing."""
        for ack in acks:
            if ack.answer.refusal is not None:
                continue
            request = REQUESTS[ack.rpc].FromString(ack.request)
            answer = RESPONSES[ack.rpc].FromString(ack.answer.response)
            effect = self.effects.of(request, answer)
            if effect is not None:
                self._step(answer, effect)
            if isinstance(request, people.TransferPointsRequest):
                self._sent[request.to.member_id].append(request.points)

    def faults(self) -> list[str]:
        """Everything that does not add up in the acknowledgements."""
        found = (fault for root, steps in self._histories.items() for fault in _history(root, steps, self._sent[root]))
        return [*self.effects.wrong, *found]

    def wallets(self) -> Mapping[str, tuple[int, int]]:
        """Version and balance that each wallet must have now, when all that was sent has arrived."""
        return {
            root: (
                len(self._histories[root]) + len(self._sent[root]),
                sum(step.effect.balance for step in self._histories[root]) + sum(self._sent[root]),
            )
            for root in {*self._histories, *self._sent}
        }

    def _step(self, answer: object, effect: Effect) -> None:
        wallet, place = getattr(answer, "wallet"), getattr(answer, "position")  # noqa: B009 - every such answer has them
        self.reached[place.partition] = max(place.position, self.reached.get(place.partition, 0))
        self._histories[wallet.root_member_id].append(Step(effect, wallet))


def _history(root: str, steps: list[Step], sent: list[int]) -> Iterable[str]:
    """A wallet's whole history: every version once, every balance right, nothing spent that was not there."""
    steps.sort(key=lambda step: step.version)
    versions = [step.version for step in steps]
    missing = set(range(1, max(versions, default=0) + 1)) - set(versions)
    if len(set(versions)) != len(versions) or len(missing) > len(sent):
        yield f"{root}: the acknowledged versions are not 1 to {len(steps)}: {_odd(versions, missing)}"
        return
    arrived = sorted(sent, reverse=True)
    last, held, before = Wallet(), 0, 0
    for step in steps:
        came = step.wallet.balance - last.balance - step.effect.balance
        passed = step.version - before - 1
        if not (0 < came <= sum(arrived[:passed]) if passed else came == 0):
            yield f"{root} version {step.version}: the balance is {step.wallet.balance - came}, told was {_said(step)}"
        if step.effect.spent > last.available + came:
            yield f"{root} version {step.version}: {step.effect.spent} were spent of {last.available + came}"
        held += step.effect.held
        yield from _fits(root, step, held)
        last, before = step.wallet, step.version
    if last.balance - sum(step.effect.balance for step in steps) > sum(sent):
        yield f"{root}: more came than was sent"


def _fits(root: str, step: Step, held: int) -> Iterable[str]:
    wallet = step.wallet
    if wallet.held != held:
        yield f"{root} version {wallet.version}: {held} are held, told was {_said(step)}"
    # Where nothing is held, a debt is paid with whatever is there.
    if held == 0 and (wallet.available, wallet.debt) != (max(wallet.balance, 0), max(-wallet.balance, 0)):
        yield f"{root} version {wallet.version}: what can be spent or is owed does not fit {_said(step)}"
    if wallet.available < max(wallet.balance - held, 0):
        yield f"{root} version {wallet.version}: more can be spent than {_said(step)}"


def _said(step: Step) -> str:
    wallet = step.wallet
    return f"{wallet.balance} ({wallet.available} available, {wallet.held} held, {wallet.debt} owed)"


def _odd(versions: list[int], missing: set[int]) -> str:
    twice = sorted(version for version, count in Counter(versions).items() if count > 1)
    return f"missing {sorted(missing)[:10]}, twice {twice[:10]}"
