-- The mark of the fingerprint key this database was filled with.
SELECT mark FROM key_mark
