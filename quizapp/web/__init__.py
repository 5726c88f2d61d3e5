"""Door 1: HTML pages, a package per user activity."""
