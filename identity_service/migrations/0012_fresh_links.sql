-- Links that prove nothing for some time (docs/adr/0072), and where a card or a document was looked at.

-- Whether somebody answers for the link: the member began with it, a service made it, or she proved herself to it. What
-- was linked before this was known is left as it was.
ALTER TABLE identifier_value ADD COLUMN settled boolean NOT NULL DEFAULT false;
UPDATE identifier_value SET settled = true;

-- '': not told.
ALTER TABLE identifier_history ADD COLUMN location_id text COLLATE "C" NOT NULL DEFAULT '';

GRANT UPDATE (settled) ON identifier_value TO {app_role};
