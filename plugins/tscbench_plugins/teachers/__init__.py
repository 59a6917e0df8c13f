"""First-party teachers, one room a file."""
