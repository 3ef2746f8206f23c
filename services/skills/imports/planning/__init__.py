"""From records to a plan: what has to be written so that the database says what the files say.

A plan is made whole before anything is written, by pure functions, from the records and from the state that was
read. Made again after an interruption it holds what is left to do.
"""
