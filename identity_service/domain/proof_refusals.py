"""Refusals about what proves a member. None says what was wrong with a proof."""

from chassis.values.refusal import Code, Reason, Refusal, refuse
from identity_service.domain.refusals import DOMAIN

PROOF_REFUSED = Reason("PROOF_REFUSED", DOMAIN, Code.PERMISSION_DENIED)
APP_KEY_NOT_FOUND = Reason("APP_KEY_NOT_FOUND", DOMAIN, Code.NOT_FOUND)


def proof_refused() -> Refusal:
    """The same words for every failure: who guesses learns nothing from them."""
    return refuse(PROOF_REFUSED, "the proof does not prove the member")


def app_key_not_found(program_id: str, key_id: str) -> Refusal:
    """The program has no such key."""
    metadata = {"program_id": program_id, "key_id": key_id}
    return refuse(APP_KEY_NOT_FOUND, f"program {program_id} has no key {key_id} of an app", metadata)
