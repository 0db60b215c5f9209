"""The rules of the layers, one module a subject: each has its ``decide_…`` and its ``evolve_…``."""
