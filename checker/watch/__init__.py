"""`katas watch`: judged at each save.

saves.py    notices that a file was saved, on disks that tell and on those that do not
keys.py     single keys of a terminal, which is left as it was found
loop.py     what happens when: a save, a key, a verdict
"""
