"""What performance is measured with; never part of the test run."""
