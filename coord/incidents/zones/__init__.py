"""Zones and weeks (P-17): control zones with terms, testing rounds, rules with validity, orders of the day, papers."""
