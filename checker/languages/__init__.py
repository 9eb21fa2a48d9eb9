"""What is said to people, in their language.

    texts.py        `say`: an English sentence that remembers its key and its values; how a record keeps them
    translation.py  from such a sentence to one in another language; the language of this command
    particles.py    Korean particles that depend on the word before them
    catalogues.py   the texts of a language: `ko.po` here for the checker, `ko.po` in a kata's folder for its suite
    foreign_words.py  what Click, the system and SQLite say in between
    build_hook.py   compiles the catalogues into a wheel
    extract.py      finds every sentence in the sources and brings the catalogues up to date
    terms.md        the Korean terms that are used throughout

Code says sentences in English, and a record keeps them so, with key and values beside them: it can be read in any language
later. What is shown to a person goes through `translation` last.
"""
