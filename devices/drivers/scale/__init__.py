"""Counter scales that tell the weight in lines of plain text."""
