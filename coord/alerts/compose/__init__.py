"""What helps to write a warning that people understand, in every language the same."""
