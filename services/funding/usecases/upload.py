"""A file that the bank sent, as it came, and its rows by a template's names: answers and statements alike."""

import hashlib
from dataclasses import dataclass

from services.funding.rules.template import Table
from shared.delimited import read_delimited
from shared.spreadsheet import Cells, read_sheet


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_table(content: bytes, table: Table) -> list[Cells]:
    """The rows of a file of the bank by our names; a heading that stands twice is not guessed at. Heavy: runs in a
    thread."""
    names = [*table.columns]
    synonyms = {name: list(ways) for name, ways in table.columns.items()}
    if table.format == "xlsx":
        return read_sheet(content, names, sheet=table.sheet, synonyms=synonyms, once=True).rows
    return read_delimited(content, table.delimiter, names, synonyms=synonyms, once=True)
