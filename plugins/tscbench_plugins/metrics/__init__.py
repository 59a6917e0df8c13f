"""First-party metrics, one room a file."""
