-- Reads for callers are guarded again at the rows (ADR 0066): {reader_role} may only read, and sees rows of the programs,
-- and of the brands, regions and locations, that its session was told of. Without that it sees none. {app_role}, which
-- books what the ledger has committed, sees all rows as before. A table that comes later is not readable to the reader
-- until its own migration says GRANT and CREATE POLICY.

-- How far the log is booked: positions, of no program.
GRANT SELECT ON log_cursor TO {reader_role};

DO $$
DECLARE
    -- A subquery is evaluated once a statement, a bare call once a row.
    names constant text := '((SELECT string_to_array(current_setting(''loyalty.%s'', true), '',''))::text[])';
    every constant text := '(SELECT coalesce(current_setting(''loyalty.%s'', true) = ''*'', false))';
    covers constant text := format('(%s OR %%%%I = ANY %s)', every, names);
    -- Points of one brand spent at another are both brands' business.
    both_brands constant text := format('(%s OR brand_id = ANY %s OR at_brand_id = ANY %s)',
        format(every, 'brands'), format(names, 'brands'), format(names, 'brands'));
    of_two_brands constant text[] := ARRAY['brand_day', 'period_brand', 'booked_movement', 'counted_movement'];
    narrower constant jsonb := '{
        "brand_total": {"brand_id": "brands"},
        "breakage_estimate": {"brand_id": "brands"},
        "cohort_allocation": {"brand_id": "brands"},
        "cohort_sale": {"brand_id": "brands"},
        "cohort_total": {"brand_id": "brands"},
        "place_total": {"brand_id": "brands", "region": "regions", "location_id": "locations"},
        "control_total": {"location_id": "locations"}
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
        IF seen.name = ANY (of_two_brands) THEN
            seen_by := seen_by || ' AND ' || both_brands;
        END IF;
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', seen.name);
        EXECUTE format('CREATE POLICY serving ON %I TO {app_role} USING (true) WITH CHECK (true)', seen.name);
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT TO {reader_role} USING (%s)', seen.name, seen_by);
        EXECUTE format('GRANT SELECT ON %I TO {reader_role}', seen.name);
    END LOOP;
END
$$;
