-- Verified identifiers and their history; profiles, consents and preferences; erasure.

-- Since when nothing personal of the member is kept; null: not erased.
ALTER TABLE member ADD COLUMN erase_time timestamptz;

-- Everything that ever happened to what points to a member, numbered per member. A row of identifier_value is numbered
-- as the link that made it.
CREATE TABLE identifier_history (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    -- 1 linked, 2 verified, 3 unlinked, 4 moved to another member, 5 moved here from another member.
    action smallint NOT NULL CHECK (action BETWEEN 1 AND 5),
    ordinal integer NOT NULL CHECK (ordinal BETWEEN 1 AND sequence),
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 6),
    -- How it was proved, and what is kept of the proof elsewhere; null and '': not proved.
    method smallint CHECK (method BETWEEN 1 AND 4),
    proof_reference text COLLATE "C" NOT NULL DEFAULT '',
    -- Why it was unlinked or moved.
    reason smallint CHECK (reason BETWEEN 1 AND 4),
    -- Of a move the other member.
    other_member_id text COLLATE "C" NOT NULL DEFAULT '',
    event_time timestamptz NOT NULL,
    caller text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, sequence),
    CHECK ((action IN (1, 5)) = (ordinal = sequence))
);

INSERT INTO identifier_history (
    bucket, program_id, member_id, sequence, action, ordinal, kind, event_time, caller, request_id
)
SELECT bucket, program_id, member_id, ordinal, 1, ordinal, kind, link_time, '', ''
FROM identifier_value;

ALTER TABLE identifier_value
    -- The number of the history at which it was unlinked or moved away; null: it points to the member.
    ADD COLUMN end_ordinal integer CHECK (end_ordinal > ordinal),
    -- The number of its last verification; null: not verified.
    ADD COLUMN verify_ordinal integer CHECK (verify_ordinal >= ordinal),
    DROP CONSTRAINT identifier_value_bucket_program_id_member_id_fingerprint_key;

CREATE UNIQUE INDEX identifier_value_linked ON identifier_value (bucket, program_id, member_id, fingerprint)
    WHERE end_ordinal IS NULL;
-- Erasure empties what an identifier reads wherever it was linked before.
CREATE INDEX identifier_value_fingerprint ON identifier_value (fingerprint);

-- The whole profile. A row is one version; what a version does not know is '' or null.
ALTER TABLE member_profile
    ADD COLUMN given_name text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN family_name text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN display_name text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN birth_year smallint CHECK (birth_year BETWEEN 1850 AND 2200),
    ADD COLUMN language text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN home_location_id text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN home_brand_id text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
    -- Which fields are others than in the version before, and who changed them in which call.
    ADD COLUMN changed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN caller text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN request_id text COLLATE "C" NOT NULL DEFAULT '',
    ADD CHECK (birth_year IS NULL OR birth_month IS NOT NULL);

-- What a person agreed to or withdrew, append-only. The last word of a brand, channel and purpose counts: by the time it
-- was given, then by number.
CREATE TABLE member_consent (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    -- '': the whole program.
    brand_id text COLLATE "C" NOT NULL,
    -- 0: the purpose has no channel.
    channel smallint NOT NULL CHECK (channel BETWEEN 0 AND 5),
    purpose smallint NOT NULL CHECK (purpose BETWEEN 1 AND 4),
    granted boolean NOT NULL,
    wording_version text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    occur_time timestamptz NOT NULL,
    record_time timestamptz NOT NULL,
    caller text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, sequence)
);

-- What a person likes, per brand, append-only; the last value of a key counts, '' takes it away.
CREATE TABLE member_preference (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    sequence integer NOT NULL CHECK (sequence > 0),
    brand_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    record_time timestamptz NOT NULL,
    caller text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, sequence)
);

-- The number of what an intent led to, where its answer is more than the member: a version, a record, a history entry.
ALTER TABLE request_key ADD COLUMN number bigint NOT NULL DEFAULT 0;

-- The audit record names identifiers by kind and number, so that it outlives an erasure as it is.
UPDATE audit_record
SET detail = jsonb_set(
    detail,
    ARRAY['identifiers'],
    (
        SELECT coalesce(
            jsonb_agg(
                jsonb_build_object('kind', named.entry ->> 'kind', 'ordinal', known.ordinal) ORDER BY named.place
            ),
            '[]'
        )
        FROM jsonb_array_elements(audit_record.detail -> 'identifiers') WITH ORDINALITY AS named (entry, place)
        LEFT JOIN identifier_value AS known
            ON known.bucket = audit_record.bucket
            AND known.program_id = audit_record.program_id
            AND known.member_id = audit_record.member_id
            AND known.fingerprint = decode(named.entry ->> 'fingerprint', 'hex')
    )
)
WHERE detail ? 'identifiers';

GRANT SELECT, INSERT ON identifier_history, member_consent, member_preference TO {app_role};
GRANT UPDATE (erase_time) ON member TO {app_role};
GRANT UPDATE (end_ordinal, verify_ordinal) ON identifier_value TO {app_role};
GRANT UPDATE (number) ON request_key TO {app_role};
-- What an erasure empties, and nothing else, may be deleted.
GRANT DELETE ON identifier, identifier_value, identifier_history, member_profile, member_consent, member_preference
    TO {app_role};
