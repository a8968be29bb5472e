-- An operator's back office reads the books of its own entity (ADR 0073): what it is shown is cut at the rows to what its
-- session was told in `loyalty.entities`; `*`, as of everybody who covers every brand and place, cuts nothing.

DO $$
DECLARE
    -- A subquery is evaluated once a statement, a bare call once a row.
    every constant text := '(SELECT coalesce(current_setting(''loyalty.entities'', true) = ''*'', false))';
    named constant text := '%s = ANY ((SELECT string_to_array(current_setting(''loyalty.entities'', true), '',''))::text[])';
    -- What two entities have to do with each other is both's business.
    owned constant jsonb := '{
        "account_total": ["entity_id"],
        "account_day": ["entity_id"],
        "period_balance": ["entity_id"],
        "journal_entry": ["entity_id"],
        "payment": ["debtor", "creditor"],
        "dispute": ["(document::jsonb ->> ''debtor_entity_id'')", "(document::jsonb ->> ''creditor_entity_id'')"]
    }';
    seen record;
    entity text;
    covers text;
BEGIN
    FOR seen IN SELECT tablename AS name, qual FROM pg_policies WHERE policyname = 'reading' AND owned ? tablename LOOP
        covers := every;
        FOR entity IN SELECT jsonb_array_elements_text(owned -> seen.name) LOOP
            covers := covers || ' OR ' || format(named, entity);
        END LOOP;
        EXECUTE format('ALTER POLICY reading ON %I USING (%s AND (%s))', seen.name, seen.qual, covers);
    END LOOP;
END
$$;
