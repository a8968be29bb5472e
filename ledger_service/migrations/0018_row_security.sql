-- Reads for callers are guarded again at the rows (ADR 0066): {reader_role} may only read, and sees rows of the programs,
-- and of the brands and locations, that its session was told of. Without that it sees none. {app_role}, which decides and
-- writes what was authorized before it was queued, sees all rows as before. A table that comes later is not readable to
-- the reader until its own migration says GRANT and CREATE POLICY.

CREATE FUNCTION accrual_is_seen(bucket smallint, program text, accrual_id text) RETURNS boolean
    LANGUAGE sql STABLE
    AS 'SELECT EXISTS (SELECT FROM accrual WHERE accrual.bucket = $1 AND accrual.program = $2 AND accrual.accrual_id = $3)';
COMMENT ON FUNCTION accrual_is_seen IS 'Whether who asks sees the accrual; a function, so that it is looked up by its key.';

DO $$
DECLARE
    -- A subquery is evaluated once a statement, a bare call once a row.
    names constant text := '((SELECT string_to_array(current_setting(''loyalty.%s'', true), '',''))::text[])';
    every constant text := '(SELECT coalesce(current_setting(''loyalty.%s'', true) = ''*'', false))';
    covers constant text := format('(%s OR %%%%I = ANY %s)', every, names);
    narrower constant jsonb := '{
        "accrual": {"brand": "brands"},
        "redemption": {"brand": "brands", "location_id": "locations"},
        "posted_order": {"location_id": "locations"},
        "posted_return": {"location_id": "locations"},
        "refused_order": {"location_id": "locations"}
    }';
    seen record;
    seen_by text;
    division record;
BEGIN
    FOR seen IN
        SELECT columns.table_name AS name
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'program'
    LOOP
        seen_by := format(format(covers, 'programs', 'programs'), 'program');
        FOR division IN SELECT key AS column_name, value AS setting FROM jsonb_each_text(coalesce(narrower -> seen.name, '{}'))
        LOOP
            seen_by := seen_by || ' AND ' || format(format(covers, division.setting, division.setting), division.column_name);
        END LOOP;
        IF seen.name = 'movement' THEN
            seen_by := format('%s AND (%s OR accrual_is_seen(bucket, program, accrual_id))', seen_by, format(every, 'brands'));
        END IF;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', seen.name);
        EXECUTE format('CREATE POLICY serving ON %I TO {app_role} USING (true) WITH CHECK (true)', seen.name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT TO {reader_role} USING (%s)', seen.name, seen_by);
        EXECUTE format('GRANT SELECT ON %I TO {reader_role}', seen.name);
    END LOOP;
END
$$;
