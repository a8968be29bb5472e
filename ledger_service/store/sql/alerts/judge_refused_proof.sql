-- It is judged. $1 number
UPDATE refused_proof SET judged = true WHERE number = $1
