"""Adds a pytest.ini under which no file is a test file."""
# at: pytest.ini
[pytest]
python_files = none_*.py
