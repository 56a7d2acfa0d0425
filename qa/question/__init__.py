"""Understanding of questions: expected answer, follow-ups, several in one, small talk."""
