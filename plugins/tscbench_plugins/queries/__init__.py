"""First-party queries, one room a file."""
