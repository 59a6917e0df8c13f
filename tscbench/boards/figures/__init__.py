"""Figures as SVG text, one a module: a function that prepares a frame, and one that draws it.

The bytes depend on the frame alone, not on the order of its rows, a clock or a library's version.
A figure reads in light and in dark, names its marks when pointed at, and says in its description
what it shows. `width` is how many pixels it is made for: 720 for a page, 390 for a phone.
"""
