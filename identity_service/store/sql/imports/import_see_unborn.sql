-- Lets this transaction see what imports have made and not switched on.
SELECT set_config('loyalty.importing', 'on', true)
