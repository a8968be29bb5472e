-- Sales that lie under another home from now on.
-- $1… columns of the rows, as named.
UPDATE document_key AS d
SET
    home = row.home
FROM unnest(
    $1::bytea[], $2::text[]
) AS row (
    key, home
)
WHERE d.key = row.key
