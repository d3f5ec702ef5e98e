"""How much work code does: workloads, instruction counts, interleaved samples, and what they add up to."""
