"""The self-contained HTML report: gather facts, render a page."""
