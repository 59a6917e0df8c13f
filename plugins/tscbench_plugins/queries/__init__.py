"""First-party queries, one plugin a file."""
