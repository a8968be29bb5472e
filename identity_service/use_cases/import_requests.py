"""Request ids of imports: one name for one intent, for ever. What was done stands in the import itself."""

from identity_service.domain import refusals
from identity_service.domain.requests import RequestName
from identity_service.use_cases.import_ports import ImportChanges, Imports


async def name_once(imports: Imports, name: RequestName, intent: bytes) -> None:
    """Raises REQUEST_ID_REUSED if the name was used for another intent."""
    key_hash = name.key_hash()

    async def used_for(changes: ImportChanges) -> bytes:
        return await changes.used_for(key_hash, intent)

    if await imports.change(used_for) != intent:
        raise refusals.request_id_reused(name.request_id)
