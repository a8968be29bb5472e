"""A command of netting and paying before it says what is to be done."""

from dataclasses import dataclass

from chassis.values.canonical import Plain
from settlement_service.domain.command import Command, command_of
from settlement_service.domain.netting.payment_states import Actor


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants something of a program, under which request id."""

    program: str
    actor: Actor
    request_id: str

    def command(self, verb: str, *intent: Plain) -> Command:
        """The command `verb` with what it asks for. Under another name it is another command."""
        asked = [*intent, self.actor.signed_name]
        return command_of(self.program, self.actor.caller, self.request_id, verb, asked)
