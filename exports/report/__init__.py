"""The national report: counts as facts, passages that write themselves or were written, and their layout."""
