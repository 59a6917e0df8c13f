"""First-party students, one room a file."""
