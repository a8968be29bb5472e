-- Locks every lane's head, in order: each when the batch that is within its commit has ended.
SELECT partition, epoch, position, hash FROM head ORDER BY partition FOR UPDATE
