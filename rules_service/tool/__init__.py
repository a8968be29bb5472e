"""The tool of whoever writes programs: `python -m rules_service plan|apply|export|schema`.

It runs where the files are and asks a rules service that runs elsewhere; it decides nothing itself
(docs/adr/0036-programs-are-applied-by-a-tool.md).
"""
