"""Writes tests that hold fast what code does today, so that a change of it can be judged."""
