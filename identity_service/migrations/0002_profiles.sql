-- What rules may look at of a member besides the enrolment: the birthday and the segments.
--
-- Personal data: erasure empties this table as it does identifier_value. Nothing is rewritten, so that an answer can be
-- given again as it was; a member has the profile whose ordinal its row names, 0: none.

CREATE TABLE member_profile (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    -- A day of every year, 29 February included; both null: not known.
    birth_month smallint CHECK (birth_month BETWEEN 1 AND 12),
    birth_day smallint CHECK (birth_day BETWEEN 1 AND 31),
    segments text[] NOT NULL,
    change_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, ordinal),
    CHECK ((birth_month IS NULL) = (birth_day IS NULL))
);

ALTER TABLE member ADD COLUMN profile integer NOT NULL DEFAULT 0 CHECK (profile >= 0);

-- The profile that an answer showed.
ALTER TABLE request_key ADD COLUMN profile integer NOT NULL DEFAULT 0;

GRANT SELECT, INSERT ON member_profile TO {app_role};
GRANT UPDATE (profile) ON member TO {app_role};
GRANT UPDATE (profile) ON request_key TO {app_role};
