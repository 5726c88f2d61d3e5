"""The ZIP file: `data.json`, a sheet for each list, and what its columns mean; written row by row, however long it is."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any, Final

from quizapp.operations.accounts.export.cells import neutral_cell
from quizapp.operations.accounts.export.collecting import Part, collect_heads, open_parts
from quizapp.operations.accounts.export.tables import own_sets
from quizapp.operations.accounts.export.words import read_me

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

#: Little smaller would take much longer.
_LEVEL: Final = 3
#: Bytes up to which a file stays in memory.
_IN_MEMORY: Final = 4 << 20


def archive(learner_id: uuid.UUID | None, user_id: uuid.UUID | None, now: datetime) -> IO[bytes]:
    """Return everything of a learner and its user as an open ZIP file, which is gone from the disk when it is closed.

    Each list is read once, a few thousand rows at a time: the sheet goes straight into the archive, its JSON into a file
    beside it.
    """
    parts = open_parts(learner_id)
    target: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it is the caller's to close
    try:
        with (
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file,
            tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="") as data,
        ):
            file.writestr("READ-ME.txt", read_me(parts))
            data.write("{\n")
            for name, value in collect_heads(learner_id, user_id, now).items():
                data.write(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)},\n")
            for part in parts:
                with (
                    file.open(f"{part.name}.csv", "w", force_zip64=True) as raw,
                    io.TextIOWrapper(raw, "utf-8", newline="") as sheet,
                ):
                    _write(part, sheet, data)
            sets = [] if user_id is None else own_sets(user_id)
            data.write(f'"question_sets": {json.dumps(sets, ensure_ascii=False)}\n}}\n')
            data.seek(0)
            with file.open("data.json", "w", force_zip64=True) as written:
                while chunk := data.read(1 << 20):
                    written.write(chunk.encode())
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _write(part: Part, sheet: IO[str], data: IO[str]) -> None:
    # A byte order mark, so that spreadsheets read it as UTF-8.
    sheet.write("\ufeff")
    writer = csv.writer(sheet)
    writer.writerow(part.columns)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    data.write(f"{json.dumps(part.name)}: [")
    between = "\n"
    for row in part.rows():
        writer.writerow([_cell(value) for value in row.values()])
        data.write(f"{between}{encode(row)}")
        between = ",\n"
    data.write("],\n")


def _cell(value: Any) -> Any:
    # Numbers are most of what there is.
    return neutral_cell(value) if type(value) in {str, dict, list} else value
