"""Ledgers (台账): figures that a plan declares and somebody owes at a rhythm; needs, and what is short."""
