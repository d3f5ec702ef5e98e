"""Closes every descriptor but the standard ones, so that nobody is told anything."""
import os

os.closerange(3, 1024)
