"""Conditions of rules in CEL: the port `domain.condition.Conditions`, carried out with Google's evaluator.

This room alone knows the language and the library (docs/adr/0034-conditions-in-cel.md). What a condition may say is
in `offered.py`, what it may cost in `weighing.py`; docs/reference/conditions.md tells it to authors.
"""
