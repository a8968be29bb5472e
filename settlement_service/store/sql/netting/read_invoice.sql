-- An invoice. $1 program, $2 number.
SELECT document FROM invoice WHERE program = $1 AND number = $2
