-- Verified identifiers and their history; profiles, consents and preferences; erasure.
SELECT 1;
