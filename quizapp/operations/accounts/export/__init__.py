"""Everything kept of one person, to take away: JSON for programs, CSV for sheets, in one ZIP file."""

from quizapp.operations.accounts.export.archives import archive
from quizapp.operations.accounts.export.cells import neutral_cell
from quizapp.operations.accounts.export.collecting import FORMAT, collect, open_parts

__all__ = ["FORMAT", "archive", "collect", "neutral_cell", "open_parts"]
