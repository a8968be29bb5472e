"""Request ids of imports: one name for one intent, for ever. What was done stands in the import itself."""

from identity_service.domain import refusals
from identity_service.domain.imports import Header
from identity_service.domain.requests import RequestName
from identity_service.use_cases.import_ports import ImportChanges


async def name_once(changes: ImportChanges, name: RequestName, intent: bytes, commit_of: Header | None = None) -> None:
    """Keeps the name with what the transaction does: a refusal leaves no trace of it. That of a commit is forgotten as
    well when what the commit claimed is given back. Raises REQUEST_ID_REUSED if it was used for another intent."""
    if await changes.used_for(name.key_hash(), intent, commit_of) != intent:
        raise refusals.request_id_reused(name.request_id)
