"""What a DOCX file says, read back with the library that made it."""

import io

import docx


def said(content: bytes) -> str:
    """All text in reading order: paragraphs, tables row by row, headers and footers last."""
    made = docx.Document(io.BytesIO(content))
    lines = []
    for part in made.iter_inner_content():
        if hasattr(part, "rows"):
            for row in part.rows:
                seen: list[object] = []
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.append(cell._tc)
                        lines.append(cell.text)
        else:
            lines.append(part.text)
    section = made.sections[0]
    return "\n".join([*lines, section.header.paragraphs[0].text, section.footer.paragraphs[0].text])
