"""First-party objectives, one room a file."""
