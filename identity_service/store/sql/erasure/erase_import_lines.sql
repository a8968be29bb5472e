-- Forgets what imports under way would bring some members: lines that join them, before the switch also lines that hold
-- an identifier that points to them, and those that repeat the external id of such a line. Before the switch the lines
-- are refused from now on, and an import that claims begins anew; behind it nothing more is brought. Behind the switch
-- whoever else a line made is somebody: only what it names of theirs is forgotten.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
WITH asked AS (
    SELECT one.bucket, one.member_id FROM unnest($1::smallint[], $3::text[]) AS one (bucket, member_id)
), known AS (
    SELECT value.fingerprint
    FROM asked
    JOIN identifier_value AS value
        ON value.bucket = asked.bucket AND value.program_id = $2 AND value.member_id = asked.member_id
    WHERE coalesce(value.end_ordinal, 0) = 0
), joined AS (
    SELECT line.import_id, line.line_number
    FROM asked
    JOIN member_import_line AS line ON line.program_id = $2 AND line.member_id = asked.member_id AND line.member_id <> ''
    JOIN member_import AS import ON import.program_id = $2 AND import.import_id = line.import_id
    WHERE import.state NOT IN ('COMMITTED', 'ABANDONED')
    UNION
    SELECT staged.import_id, staged.line_number
    FROM known
    JOIN member_import_identifier AS staged ON staged.fingerprint = known.fingerprint AND staged.program_id = $2
    JOIN member_import AS import ON import.program_id = $2 AND import.import_id = staged.import_id
    WHERE import.switch_time IS NULL
), theirs AS (
    SELECT import_id, line_number FROM joined
    UNION
    SELECT again.import_id, again.line_number
    FROM joined
    JOIN member_import_identifier AS named
        ON named.program_id = $2 AND named.import_id = joined.import_id AND named.line_number = joined.line_number
        AND named.ordinal = 0
    JOIN member_import_identifier AS again
        ON again.fingerprint = named.fingerprint AND again.program_id = $2 AND again.ordinal = 0
), named AS (
    SELECT staged.import_id, staged.line_number, array_agg(staged.ordinal) AS ordinals
    FROM known
    JOIN member_import_identifier AS staged ON staged.fingerprint = known.fingerprint AND staged.program_id = $2
    WHERE NOT staged.brought AND (staged.import_id, staged.line_number) NOT IN (SELECT import_id, line_number FROM theirs)
    GROUP BY staged.import_id, staged.line_number
), taken AS (
    DELETE FROM member_import_content AS content
    USING named
    WHERE content.program_id = $2 AND content.import_id = named.import_id AND content.line_number = named.line_number
    RETURNING content.import_id, content.line_number, content.content, named.ordinals
), blanked AS (
    INSERT INTO member_import_content (program_id, import_id, line_number, content)
    SELECT
        $2, taken.import_id, taken.line_number,
        jsonb_set(taken.content, '{identifiers}', (
            SELECT jsonb_agg(
                CASE WHEN place - 1 = ANY (taken.ordinals) THEN jsonb_set(one, '{identifier,value}', '""') ELSE one END
                ORDER BY place
            )
            FROM jsonb_array_elements(taken.content -> 'identifiers') WITH ORDINALITY AS listed (one, place)
        ))
    FROM taken
), contents AS (
    DELETE FROM member_import_content AS content
    USING theirs
    WHERE content.program_id = $2 AND content.import_id = theirs.import_id AND content.line_number = theirs.line_number
), identifiers AS (
    DELETE FROM member_import_identifier AS staged
    USING theirs
    WHERE staged.program_id = $2 AND staged.import_id = theirs.import_id AND staged.line_number = theirs.line_number
), refused AS (
    UPDATE member_import_line AS line
    SET verdict = 'REFUSED', fault = 'PERSON_ERASED', field = '', member_id = '', same_line = 0, same_import = '',
        look_alikes = '{}'
    FROM theirs
    JOIN member_import AS import ON import.program_id = $2 AND import.import_id = theirs.import_id
    WHERE line.program_id = $2 AND line.import_id = theirs.import_id AND line.line_number = theirs.line_number
        AND import.switch_time IS NULL
)
UPDATE member_import
SET state = 'RELEASING', done_line = 0
WHERE program_id = $2 AND state = 'CLAIMING' AND import_id IN (SELECT import_id FROM theirs)
