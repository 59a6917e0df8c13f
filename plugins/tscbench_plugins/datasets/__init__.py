"""First-party datasets, one room a file."""
