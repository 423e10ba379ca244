"""Rows to files that spreadsheets open and that cannot harm them: `table.write_table`, and `leads` for leads."""
