"""First-party metrics, one plugin a file."""
