-- Merges and unmerges, their lineage as a feed, and duplicate candidates.

-- The end of a program's changes of links. Its row is the last thing a merge or unmerge locks, so that positions are
-- given in the order of commits, without gaps, and times never go back.
CREATE TABLE link_head (
    program_id text COLLATE "C" PRIMARY KEY,
    position bigint NOT NULL CHECK (position > 0),
    change_time timestamptz NOT NULL
);

-- Every merge and unmerge, append-only: member_link is what remains after all of them. No personal data of members;
-- `reason` and `decided_by` are what the staff at headquarters wrote.
CREATE TABLE link_change (
    program_id text COLLATE "C" NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    -- 1 merged, 2 unmerged.
    kind smallint NOT NULL CHECK (kind IN (1, 2)),
    -- The member that was linked or unlinked, the one its link leads to, and the root it came under or left.
    absorbed_member_id text COLLATE "C" NOT NULL,
    linked_member_id text COLLATE "C" NOT NULL CHECK (linked_member_id <> absorbed_member_id),
    root_member_id text COLLATE "C" NOT NULL CHECK (root_member_id <> absorbed_member_id),
    -- The homes of the root afterwards, and those that came or went; at most 100, so a change costs the same always.
    root_home_member_ids text[] COLLATE "C" NOT NULL CHECK (cardinality(root_home_member_ids) BETWEEN 1 AND 100),
    absorbed_home_member_ids text[] COLLATE "C" NOT NULL CHECK (cardinality(absorbed_home_member_ids) BETWEEN 1 AND 100),
    merge_seq bigint NOT NULL CHECK (merge_seq > 0),
    change_time timestamptz NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    evidence_ref text COLLATE "C" NOT NULL,
    duplicate_id text COLLATE "C" NOT NULL,
    merge_rule_version integer NOT NULL CHECK (merge_rule_version >= 0),
    caller text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    -- The request that was carried out; its answer is this row.
    key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    PRIMARY KEY (program_id, position)
);

CREATE INDEX link_change_absorbed ON link_change (program_id, absorbed_member_id, position);
CREATE INDEX link_change_linked ON link_change (program_id, linked_member_id, position);
CREATE INDEX link_change_root ON link_change (program_id, root_member_id, position);
CREATE INDEX link_change_time ON link_change (program_id, change_time);

GRANT SELECT, INSERT ON link_head, link_change TO {app_role};
GRANT UPDATE (position, change_time) ON link_head TO {app_role};
-- An unmerge removes the link; that it was there stays in link_change.
GRANT DELETE ON member_link TO {app_role};

-- Unmerges alone: who was taken apart once is never merged by a rule.
CREATE INDEX link_change_parted ON link_change USING gin (absorbed_home_member_ids) WHERE kind = 2;

-- Members to look at for duplicates: new ones, changed ones, and homes of wallets that were merged or unmerged. A queue
-- of rows that are deleted, so that nothing that commits late is skipped; one member may be in it several times.
CREATE TABLE duplicate_due (
    due_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    -- Its keys are written and committed, so that of two members looked at at once at least one sees the other.
    keyed boolean NOT NULL DEFAULT false
);

-- What members have in common with those who may be the same person: keyed hashes of near forms of identifiers, and of
-- names with birthday or home location. Made from personal data: erasure empties it. Some thirty forms a member: in one
-- row and an inverted index they take a sixth of what a row each would.
CREATE TABLE duplicate_key (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    -- 8 bytes each of an HMAC over program, kind of form and form. Should two unlike forms ever meet, two members are
    -- compared in vain.
    forms bigint[] NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id)
);

-- Every look asks thirty times: nothing is to wait outside the index.
CREATE INDEX duplicate_key_forms ON duplicate_key USING gin (forms) WITH (fastupdate = off);

-- Calls that named identifiers of two members and were refused for it, at most so many rows a caller and day.
CREATE TABLE duplicate_naming (
    program_id text COLLATE "C" NOT NULL,
    low_member_id text COLLATE "C" NOT NULL,
    high_member_id text COLLATE "C" NOT NULL CHECK (high_member_id > low_member_id),
    caller text COLLATE "C" NOT NULL,
    naming_time timestamptz NOT NULL,
    PRIMARY KEY (program_id, low_member_id, high_member_id, caller)
);

CREATE INDEX duplicate_naming_high ON duplicate_naming (program_id, high_member_id);
CREATE INDEX duplicate_naming_caller ON duplicate_naming (caller, naming_time);

-- Pairs that may be one person. Evidence names fields and likeness, never values: no personal data of members.
CREATE TABLE duplicate (
    program_id text COLLATE "C" NOT NULL,
    duplicate_id text COLLATE "C" NOT NULL,
    low_member_id text COLLATE "C" NOT NULL,
    high_member_id text COLLATE "C" NOT NULL CHECK (high_member_id > low_member_id),
    score smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    evidence jsonb NOT NULL,
    evidence_version integer NOT NULL CHECK (evidence_version > 0),
    -- 1 proposed, 2 merged, 3 distinct, 4 withdrawn.
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
    find_time timestamptz NOT NULL,
    change_time timestamptz NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    merge_rule_version integer NOT NULL CHECK (merge_rule_version >= 0),
    -- The version of the merge rule that this evidence was held against; 0: none yet.
    judged_rule_version integer NOT NULL CHECK (judged_rule_version >= 0),
    PRIMARY KEY (program_id, duplicate_id)
);

CREATE INDEX duplicate_low ON duplicate (program_id, low_member_id);
CREATE INDEX duplicate_high ON duplicate (program_id, high_member_id);
CREATE INDEX duplicate_by_score ON duplicate (program_id, state, score DESC, duplicate_id);
CREATE INDEX duplicate_to_judge ON duplicate (program_id, judged_rule_version) WHERE state = 1;

-- When members of a program are merged without a person looking, version by version. Append-only.
CREATE TABLE merge_rule (
    program_id text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    rule jsonb NOT NULL,
    reason text NOT NULL,
    decided_by text NOT NULL,
    set_time timestamptz NOT NULL,
    caller text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (program_id, version)
);

-- Whoever writes what members are compared by need not think of it.
CREATE FUNCTION note_members_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO duplicate_due (bucket, program_id, member_id)
    SELECT DISTINCT bucket, program_id, member_id FROM changed;
    RETURN NULL;
END $$;

CREATE TRIGGER note_members_changed AFTER INSERT ON identifier_value
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_members_changed();
CREATE TRIGGER note_members_changed_again AFTER UPDATE ON identifier_value
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_members_changed();
CREATE TRIGGER note_members_erased AFTER DELETE ON identifier_value
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_members_changed();
CREATE TRIGGER note_members_changed AFTER INSERT ON member_profile
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_members_changed();

GRANT SELECT, INSERT ON duplicate_due, duplicate_key, duplicate_naming, duplicate, merge_rule TO {app_role};
GRANT DELETE ON duplicate_due, duplicate_key TO {app_role};
GRANT UPDATE (keyed) ON duplicate_due TO {app_role};
GRANT UPDATE (forms) ON duplicate_key TO {app_role};
GRANT UPDATE (naming_time) ON duplicate_naming TO {app_role};
GRANT UPDATE (
    score, evidence, evidence_version, state, change_time, reason, decided_by, merge_rule_version, judged_rule_version
) ON duplicate TO {app_role};
