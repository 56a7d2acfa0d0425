"""Question and passages to a checked answer."""
