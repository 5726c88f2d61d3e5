"""Door 3: the terminal."""
