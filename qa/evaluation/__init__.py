"""Question sets, metrics, intervals, runs, report."""
