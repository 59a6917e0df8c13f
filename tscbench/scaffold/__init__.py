"""What `tscbench new` writes: a plugin's first file, or its first package."""
