"""Text and typed tree of the language: parse, print, report.

``parser`` (text to tree), ``printer`` (tree to canonical text), ``render`` (diagnostics to text and JSON),
``codes`` (every error code), ``ast`` (the tree). The language itself is ``dsl/grammar.lark``.

Non-goals: no meaning (``maestro_py.ir.lower``); nothing here knows the IR.
"""
