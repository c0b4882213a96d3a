"""Why a whole file cannot be read: each error says what, where and what to do about it.

`code` is the reason for programs, `facts` what a translated sentence needs to name; the error itself is the
sentence for a terminal.
"""

from typing import ClassVar


class FileUnreadable(Exception):
    """The file as a whole cannot be read."""

    code: ClassVar[str] = "file_unreadable"

    def __init__(self, message: str, **facts: str | int) -> None:
        super().__init__(message)
        self.facts = facts


class FileEmpty(FileUnreadable):
    """There is no row in it."""

    code = "file_empty"


class FormatUnknown(FileUnreadable):
    """It is neither delimited text nor a workbook of today."""

    code = "format_unknown"


class TextUndecodable(FileUnreadable):
    """The bytes are no text in any encoding that we read."""

    code = "text_undecodable"


class EncodingChanges(TextUndecodable):
    """From some line on the bytes are in another encoding: `line` and `encoding` up to there."""

    code = "encoding_changes"


class RowsUnreadable(FileUnreadable):
    """The text breaks off in a way that no row can be told from the next, near `line`."""

    code = "rows_unreadable"


class RowsTooMany(FileUnreadable):
    """It has more than the `most` rows that one file may have."""

    code = "rows_too_many"


class WorkbookRefused(FileUnreadable):
    """The workbook is larger inside than we unpack, or packed like a bomb."""

    code = "workbook_too_large"


class WorkbookBroken(WorkbookRefused):
    """The workbook is damaged."""

    code = "workbook_broken"


class WorkbookLocked(WorkbookRefused):
    """The workbook is protected by a password."""

    code = "workbook_locked"


class FileMissing(FileUnreadable):
    """The upload is where it was kept no more."""

    code = "file_missing"


class WorkerLost(FileUnreadable):
    """Workers were lost over it again and again."""

    code = "interrupted"


class ColumnsUnrecognised(FileUnreadable):
    """Columns without which no repair order can be kept were not found.

    `headers` is the row that most likely names the columns, blank cells too; it stands in row `header_row`.
    """

    code = "columns_unrecognised"

    def __init__(self, message: str, *, headers: list[str], missing: list[str], header_row: int) -> None:
        super().__init__(message)
        self.headers = headers
        self.missing = missing
        self.header_row = header_row
