"""Stop-measures (五停 and others): own scope, start, end and exemptions each, and the resumption owed after."""
