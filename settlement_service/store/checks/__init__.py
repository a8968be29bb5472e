"""The checkers of the books, one SQL file each: they recount from history and trust no running figure."""
