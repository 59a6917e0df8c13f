"""First-party datasets, one plugin a file."""
