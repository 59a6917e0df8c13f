"""First-party objectives, one plugin a file."""
