-- Who owns each lane and where its owner is called; no owner where the lease has run out.
SELECT head.partition, head.epoch, head.position, process.address,
       CASE WHEN head.lease_until < clock_timestamp() THEN '' ELSE head.owner END AS owner
FROM head LEFT JOIN process ON process.name = head.owner
ORDER BY head.partition
