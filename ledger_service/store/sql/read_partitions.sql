-- How many partitions this installation has.
SELECT partitions FROM installation
