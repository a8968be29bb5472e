-- Reads for callers are guarded again at the rows (ADR 0066, 0073): {reader_role} may only read, and sees rows of the
-- programs, and of what is said to a brand those of the brands, that its session was told of. Without that it sees none.
-- {app_role}, which decides and writes what was authorized before, sees all rows as before. What is no caller's to read
-- (request keys, secrets of proofs, staged persons) is not granted, and neither is a table that comes later until its
-- own migration says GRANT and CREATE POLICY.

DO $$
DECLARE
    -- A subquery is evaluated once a statement, a bare call once a row.
    names constant text := '((SELECT string_to_array(current_setting(''loyalty.%s'', true), '',''))::text[])';
    every constant text := '(SELECT coalesce(current_setting(''loyalty.%s'', true) = ''*'', false))';
    of_program constant text := format('(%s OR program_id = ANY %s)', format(every, 'programs'), format(names, 'programs'));
    -- What is said to no brand in particular is said to every one.
    of_brand constant text := format(
        '(brand_id = '''' OR %s OR brand_id = ANY %s)', format(every, 'brands'), format(names, 'brands')
    );
    -- Nobody but an import sees what it has not switched on.
    switched_on constant text := '(import_id IS NULL OR EXISTS (
        SELECT FROM member_import AS of
        WHERE of.program_id = %1$I.program_id AND of.import_id = %1$I.import_id AND of.switch_time IS NOT NULL
    ))';
    shown constant text[] := ARRAY[
        'member', 'member_link', 'identifier', 'identifier_value', 'identifier_history', 'member_profile', 'member_consent',
        'member_preference', 'audit_record', 'link_head', 'link_change', 'duplicate', 'merge_rule', 'member_import',
        'member_import_line'
    ];
    name text;
    seen_by text;
BEGIN
    -- Policies of one table are alternatives: what serves the one role must not show rows to the other.
    ALTER POLICY switched_on ON member TO {app_role};
    ALTER POLICY switched_on ON identifier TO {app_role};
    FOREACH name IN ARRAY shown LOOP
        seen_by := of_program;
        IF name IN ('member_consent', 'member_preference') THEN
            seen_by := seen_by || ' AND ' || of_brand;
        END IF;
        IF name IN ('member', 'identifier') THEN
            seen_by := seen_by || ' AND ' || format(switched_on, name);
        ELSE
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
            EXECUTE format('CREATE POLICY serving ON %I TO {app_role} USING (true) WITH CHECK (true)', name);
        END IF;
        EXECUTE format('CREATE POLICY reading ON %I FOR SELECT TO {reader_role} USING (%s)', name, seen_by);
        EXECUTE format('GRANT SELECT ON %I TO {reader_role}', name);
    END LOOP;
END
$$;
