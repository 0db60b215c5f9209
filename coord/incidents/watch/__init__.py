"""What a district watches: signals of others, decisions that are owed, the journal."""
