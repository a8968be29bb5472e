-- The mark of the key that the fingerprints in this database were made with.
SELECT mark
FROM key_mark
