"""First-party students, one plugin a file."""
