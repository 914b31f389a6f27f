"""The privacy record as a file: Markdown, a web page, or a document for a word processor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final

from markupsafe import escape

from .services.privacy_record import Record, Section

_STYLE: Final = (
    "body{font-family:sans-serif;line-height:1.6;max-width:72em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:.3em;vertical-align:top;"
    "text-align:left;overflow-wrap:anywhere}"
)
_FONT: Final = "Noto Sans CJK JP"


def markdown(record: Record) -> bytes:
    """GitHub's Markdown."""
    lines = [f"# {record.title}", "", record.made]
    for section in record.sections:
        lines += ["", f"## {section.title}"]
        for paragraph in section.paragraphs:
            lines += ["", paragraph]
        if section.rows:
            lines += ["", _row(section.head), _row(["---"] * len(section.head)), *map(_row, section.rows)]
        if section.points:
            lines += ["", *(f"- {point}" for point in section.points)]
    return ("\n".join(lines) + "\n").encode()


def html(record: Record) -> bytes:
    """One page that needs no other file."""
    body = "".join(map(_html_section, record.sections))
    page = (
        f'<!doctype html>\n<html lang="ja"><head><meta charset="utf-8"><title>{escape(record.title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(record.title)}</h1>\n"
        f"<p>{escape(record.made)}</p>\n{body}</body></html>\n"
    )
    return page.encode()


def docx(record: Record) -> bytes:
    """Office Open XML, A4 across."""
    # Slow to import, and nothing else needs it.
    from docx import Document  # noqa: PLC0415
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    document = Document()
    sheet = document.sections[0]
    sheet.orientation = WD_ORIENT.LANDSCAPE
    sheet.page_width, sheet.page_height = Mm(297), Mm(210)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Mm(15)
    # The library's own template names fonts of Latin letters only.
    font: Any = document.styles["Normal"]
    font.font.size = Pt(9)
    font.element.rPr.get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.core_properties.title, document.core_properties.language = record.title, "ja"
    document.add_heading(record.title, 0)
    document.add_paragraph(record.made)
    for section in record.sections:
        _docx_section(document, section)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


FORMATS: Final[Mapping[str, Callable[[Record], bytes]]] = MappingProxyType(
    {"md": markdown, "html": html, "docx": docx}
)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _html_section(section: Section) -> str:
    parts = [f"<h2>{escape(section.title)}</h2>\n"]
    parts += [f"<p>{escape(paragraph)}</p>\n" for paragraph in section.paragraphs]
    if section.rows:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.head)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in section.rows
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n")
    if section.points:
        parts.append("<ul>" + "".join(f"<li>{escape(point)}</li>" for point in section.points) + "</ul>\n")
    return "".join(parts)


def _docx_section(document: Any, section: Section) -> None:
    document.add_heading(section.title, 1)
    for paragraph in section.paragraphs:
        document.add_paragraph(paragraph)
    if section.rows:
        table = document.add_table(rows=1, cols=len(section.head), style="Table Grid")
        for cell, words in zip(table.rows[0].cells, section.head, strict=True):
            cell.text = ""
            cell.paragraphs[0].add_run(words).bold = True
        for row in section.rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    for point in section.points:
        document.add_paragraph(point, style="List Bullet")
