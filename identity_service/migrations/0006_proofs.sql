-- What proves a member: PINs, one-time codes, app keys.
SELECT 1;
