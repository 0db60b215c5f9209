"""Benchmarks: one command a hot path, one JSON line a result, ratios to a peer of the same run."""
