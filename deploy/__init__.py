"""How the mesh runs. Used from the checkout; never part of the wheel."""
