"""Public warnings: CAP 1.2 from draft to all-clear, pure.

What a warning is stands in :mod:`.model`, how it is read and written in
:mod:`.reading` and :mod:`.writing`, what is wrong with it in :mod:`.check`, and
how two people bring it out in :mod:`.acts` and :mod:`.decide`.
"""
