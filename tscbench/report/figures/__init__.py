"""Figures through matplotlib, one a module: functions on the frames of `tscbench.analysis` that
give the panels, matplotlib's Axes; `panels.figure` is saved as it is, `svg` makes it part of a
page.

What is drawn depends on the frame alone, not on the order of its rows or on settings of pyplot,
which is never touched. A figure reads in light and in dark, and says in its description what it
shows. `names` are those of all arms of the run, so that a method has one name in all figures and
tables.
"""

WIDTH = 720
"""Pixels of the web, 96 to an inch, across a figure for a page; for a phone 360 is right: panels
then stand in one column."""
