"""People, roles, sessions, two-person rules, and personal data kept apart from the log.

Who may what is on the log (``people/{jurisdiction}``, ids only); credentials,
sessions and everything that names a person lie in the cabinet, where they can
be erased.
"""
