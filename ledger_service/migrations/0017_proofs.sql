-- How the member who spent proved herself, where the program asked for it; and what she spent lately.

CREATE TABLE redemption_proof (
    bucket        smallint NOT NULL,
    program       text     COLLATE "C" NOT NULL,
    redemption_id text     COLLATE "C" NOT NULL,
    method        text     COLLATE "C" NOT NULL
        CHECK (method IN ('card_in_hand', 'app_token', 'one_time_code', 'pin')),
    proof_id      text     COLLATE "C" NOT NULL CHECK (proof_id <> ''),
    PRIMARY KEY (bucket, program, redemption_id)
);
COMMENT ON TABLE redemption_proof IS 'The proof behind a redemption, by its opaque id at identity; those without have no row.';
GRANT SELECT, INSERT ON redemption_proof TO {app_role};

CREATE INDEX redemption_of_root ON redemption (bucket, program, root, post_time);
