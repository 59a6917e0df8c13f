"""First-party probes, one room a file."""
