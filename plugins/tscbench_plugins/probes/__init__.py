"""First-party probes, one plugin a file."""
