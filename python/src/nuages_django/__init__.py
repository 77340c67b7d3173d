"""
Django settings from what the Nuages operator gives to each process of an app.

At the end of a project's ``settings.py``::

    from nuages_django import settings as nuages
    nuages.apply(globals())

The contract itself, which needs no package, is ``docs/contract.md`` of Nuages.
"""
