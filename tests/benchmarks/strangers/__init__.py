"""Questions about public documents that nobody built for, judged by hand."""
