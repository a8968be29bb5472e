-- Until the end of the transaction no table is read through. Plans are kept for as long as a connection lives, and those
-- made while a table was young would read it through when it has grown.
SELECT set_config('enable_seqscan', 'off', true)
