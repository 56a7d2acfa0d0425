"""What a question asks: its expected answer, follow-ups, several in one, small talk."""
