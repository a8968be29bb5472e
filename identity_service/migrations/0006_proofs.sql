-- What proves a member (docs/adr/0069): PINs, one-time codes, keys of apps, and the proofs that were accepted.
--
-- Nothing here reads as what it proves: of a PIN there is a keyed hash, of a code only the salt it is made from, of an
-- app the public key. Rows belong to the root the member had when they were made.

CREATE TABLE member_pin (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    verifier bytea NOT NULL CHECK (octet_length(verifier) = 32),
    set_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id)
);

-- The newest code of a member for a purpose. It is good while unused, in time and with attempts left.
CREATE TABLE one_time_code (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    purpose smallint NOT NULL CHECK (purpose > 0),
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    attempts integer NOT NULL CHECK (attempts >= 0),
    expire_time timestamptz NOT NULL,
    used boolean NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, purpose)
);

-- The newest code that was sent to an identifier to verify it, by the identifier's fingerprint: it proves that whoever
-- tells it has the phone or the mailbox, whomever it points to. `failures` and `next_time` outlive the code.
CREATE TABLE identifier_code (
    fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    tries integer NOT NULL CHECK (tries >= 0),
    expire_time timestamptz NOT NULL,
    used boolean NOT NULL,
    failures integer NOT NULL CHECK (failures >= 0),
    next_time timestamptz NOT NULL
);

-- Attempts since the last one that was right, counted before they are judged: two processes count one after the other.
CREATE TABLE proof_attempts (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    method smallint NOT NULL CHECK (method > 0),
    failures integer NOT NULL CHECK (failures >= 0),
    next_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, method)
);

-- `installation` is the fingerprint of the identifier of kind APP: whose key it is, that identifier says.
CREATE TABLE app_key (
    program_id text COLLATE "C" NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    installation bytea NOT NULL CHECK (octet_length(installation) = 32),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    member_id text COLLATE "C" NOT NULL,
    register_time timestamptz NOT NULL,
    revoke_time timestamptz,
    PRIMARY KEY (program_id, key_id)
);
CREATE INDEX app_key_installation ON app_key (program_id, installation);
CREATE INDEX app_key_member ON app_key (bucket, program_id, member_id);

-- Tokens that were used, until they would have expired anyway.
CREATE TABLE used_nonce (
    nonce bytea PRIMARY KEY CHECK (octet_length(nonce) = 32),
    expire_time timestamptz NOT NULL
);
CREATE INDEX used_nonce_expiry ON used_nonce (expire_time);

-- Proofs that were accepted, by what they were used for; opaque ids only, kept for ever.
CREATE TABLE member_proof (
    use_hash bytea PRIMARY KEY CHECK (octet_length(use_hash) = 32),
    proof_id text COLLATE "C" NOT NULL,
    program_id text COLLATE "C" NOT NULL,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    member_id text COLLATE "C" NOT NULL,
    method smallint NOT NULL CHECK (method > 0),
    purpose smallint NOT NULL CHECK (purpose > 0),
    location_id text COLLATE "C" NOT NULL,
    accept_time timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON member_pin, one_time_code, identifier_code, proof_attempts TO {app_role};
GRANT SELECT, INSERT, DELETE ON app_key TO {app_role};
GRANT UPDATE (revoke_time) ON app_key TO {app_role};
-- UPDATE lets the role lock rows that it removes.
GRANT SELECT, INSERT, DELETE, UPDATE (expire_time) ON used_nonce TO {app_role};
GRANT SELECT, INSERT ON member_proof TO {app_role};

-- Look-ups by identifiers that found nobody, by caller and second, of the last hour: what a spend that follows is judged
-- by (docs/adr/0068).
CREATE TABLE missed_lookup (
    program_id text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    second timestamptz NOT NULL,
    misses bigint NOT NULL CHECK (misses > 0),
    PRIMARY KEY (program_id, caller, second)
);
CREATE INDEX missed_lookup_second ON missed_lookup (second);
GRANT SELECT, INSERT, DELETE, UPDATE (misses) ON missed_lookup TO {app_role};
