"""One working plugin of each kind, called `mine`; `tscbench new` writes it under another name."""
