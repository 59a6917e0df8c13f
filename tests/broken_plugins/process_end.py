"""Ends the process when it is imported, past every guard."""

import os

os._exit(7)
