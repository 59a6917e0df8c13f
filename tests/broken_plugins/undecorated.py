"""Forgets the decorator."""


def undecorated(train):
    """Is a function like any other."""
