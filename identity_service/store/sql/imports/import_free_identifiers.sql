-- Gives back identifiers of lines whose members were erased meanwhile: no erasure could see that they point to them. The
-- members are locked, and each is looked up by itself: few were erased, and most are of other imports.
-- $1 text: program. $2 text: import. $3 integer: up to this line.
DELETE FROM identifier AS known
WHERE known.program_id = $1 AND known.import_id = $2 AND known.import_line <= $3
    AND (
        SELECT gone.erase_time
        FROM member AS gone
        WHERE gone.bucket = known.member_bucket
            AND gone.program_id = known.program_id
            AND gone.member_id = known.member_id
    ) IS NOT NULL
