"""Built-in questions about values of any type, typed as taking and giving anything."""

from __future__ import annotations

import itertools
from typing import Any

is_a: Any = isinstance
kind_of: Any = type
variables: Any = vars
items_of: Any = vars(dict)["items"]
first_of: Any = itertools.islice
