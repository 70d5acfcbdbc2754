"""A book as an Excel workbook: typed cells, frozen headings, filters, and sheets that print well on A4.

Text stays text, whatever it begins with. Two workbooks of the same book are the same bytes.
"""

from exports.excel.limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT
from exports.excel.writer import save, write

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "MAX_TEXT", "save", "write"]
