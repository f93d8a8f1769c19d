"""Layouts of the tills: the judge that server, editor and till share, and its words."""
