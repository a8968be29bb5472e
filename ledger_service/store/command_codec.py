"""Commands and answers as bytes between ledger processes: an envelope of class name and JSON.

Built from the classes themselves, so that a new command needs nothing here. While one version replaces another,
processes of both read each other's: a class or a field that this version does not know is a ValueError.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Any, Generic, TypeVar, get_args

import msgspec

from ledger_service.domain.answers import Answer
from ledger_service.domain.commands import Command
from ledger_service.use_cases.lane_ports import Packed

T = TypeVar("T")

# JSON rather than a binary form: the numerators of exact ratios may be of any size.
_ENCODER = msgspec.json.Encoder()


class UnionCodec(Generic[T]):
    """Values of a union of dataclasses; each class by its name."""

    def __init__(self, union: UnionType | type) -> None:
        """Raises TypeError for a class whose annotations cannot be decoded."""
        classes: tuple[type, ...] = get_args(union) or (union,)
        self._decoders: Mapping[str, msgspec.json.Decoder[Any]] = {
            one.__name__: msgspec.json.Decoder(one) for one in classes
        }

    def pack(self, value: T) -> Packed:
        """The value as bytes under the name of its class."""
        kind = type(value).__name__
        if kind not in self._decoders:
            raise TypeError(f"{kind} is not a class of the union")
        return Packed(kind, _ENCODER.encode(value))

    def unpack(self, packed: Packed) -> T:
        """The value; ValueError for an unknown class or a body that is not of its class."""
        decoder = self._decoders.get(packed.kind)
        if decoder is None:
            raise ValueError(f"{packed.kind} is not known here")
        value: T = decoder.decode(packed.body)
        return value


class CommandCodec:
    """See `use_cases.lane_ports.LaneCodec`."""

    def __init__(self) -> None:
        self._commands: UnionCodec[Command] = UnionCodec(Command)
        self._answers: UnionCodec[Answer] = UnionCodec(Answer)

    def pack(self, command: Command) -> Packed:
        """A command as bytes."""
        return self._commands.pack(command)

    def unpack(self, packed: Packed) -> Command:
        """The command; ValueError if it is none that this version knows."""
        return self._commands.unpack(packed)

    def pack_answer(self, answer: Answer) -> Packed:
        """An answer as bytes."""
        return self._answers.pack(answer)

    def unpack_answer(self, packed: Packed) -> Answer:
        """The answer; ValueError if it is none that this version knows."""
        return self._answers.unpack(packed)
