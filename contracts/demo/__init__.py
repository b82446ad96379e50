"""The demo documents of Cascadia Air, an invented airline.

Their sources, the script that typesets them into PDFs, and labels of their rules.
"""
