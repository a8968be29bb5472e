"""What rules can be asked, one verb a file."""
