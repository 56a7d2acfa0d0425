"""Parts of the chat window's page."""
