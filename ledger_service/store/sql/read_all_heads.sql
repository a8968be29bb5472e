-- Where every lane stands, under which epoch.
SELECT partition, epoch, position, hash FROM head ORDER BY partition
