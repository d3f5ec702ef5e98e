"""Where ideas come from: improvements.md today; papers, feeds and issues join in later steps."""
