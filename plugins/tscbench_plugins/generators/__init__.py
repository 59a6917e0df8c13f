"""First-party generators, one room a file."""
