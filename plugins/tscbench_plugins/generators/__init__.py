"""First-party generators, one plugin a file."""
