"""The networks of the papers: from images `(b, c, h, w)` to logits `(b, k)`."""
