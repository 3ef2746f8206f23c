"""What neighbours know of one another: shapes, clients and event payloads, in a folder per owner.

Knowledge goes one way: enrollment may import `programs` and `skills`, programs may import `skills`.
"""
