"""The judge process: runs one kata's suite once, with what a suite is given and how its tests become checks."""
