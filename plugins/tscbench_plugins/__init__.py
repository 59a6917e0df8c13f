"""First-party rooms."""
