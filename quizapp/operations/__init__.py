"""Verbs used by more than one door or touching more than one table. They flush; `run_tx` commits."""
