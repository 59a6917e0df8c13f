"""First-party teachers, one plugin a file."""
