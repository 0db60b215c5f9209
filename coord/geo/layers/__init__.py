"""Layers in and out: files are read, judged and previewed before anything changes.

A file is first only rows with rough geometry (:mod:`.files`), then features
with findings and a difference to what is known (:mod:`.preview`), and at last
one sheet with a digest, which one event makes part of the register. What is
not our own parser's business runs in a child with limits (:mod:`.sandbox`).
"""
