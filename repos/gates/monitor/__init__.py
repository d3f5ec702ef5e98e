"""The reference monitor: what a patch may hold and touch, whoever wrote it, judged before it is applied or run.

Every guard is one pure file that states the rule it enforces; `repos.gates.monitor.gate` asks them all.
"""
