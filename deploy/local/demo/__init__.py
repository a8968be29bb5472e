"""The story ``make demo`` tells: real servers, four services, real-shaped orders, told through the stubs only.

First everything is done (`load`, `january`, and the chapters' own calls), then it is told, chapter by chapter. Every
call carries a request id that is always the same, so a second run does nothing twice and tells the same figures.

`place` finds or starts the mesh, `till`, `office` and `desk` are the callers, `sample` reads the orders, `plan` decides
who spends and returns what, `screen` prints and remembers what did not hold, `story` puts the chapters in order.
"""
