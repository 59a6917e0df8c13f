"""Auxiliary-classifier GANs for images: the discriminator, the game, and what it leaves."""
