"""Reading lists of goods that other programs wrote: CSV, TSV and XLSX, with their habits.

`source` opens a file and yields rows of text, `columns` says which column means what, `drafts` turns a row into a
product or into a sentence about what is wrong with it. Nothing here touches the database:
`inventory.services.import_goods` drives an import and `inventory.services.import_writer` writes it.
"""
