-- Forgets what no later one can meet any more. $1 before
DELETE FROM refused_proof WHERE judged AND refuse_time < $1
