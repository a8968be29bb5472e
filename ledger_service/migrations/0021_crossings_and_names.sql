-- Request ids of what is asked for besides commands are kept with what was done, those of alerts as well.

COMMENT ON TABLE balance_import_request IS 'Request ids of imports, poolings and alerts: what each was used for.';
