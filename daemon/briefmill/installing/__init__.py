"""Installing the daemon on a machine, or into the unpacked tree of one: user, home, unit, credentials, completion.

A plan is a list of steps that can each say what they would do, whether it is done already, and do it. `site` says where
things go, `steps` are the kinds of steps, `plan` puts them in order, `unit` writes the unit's text.
"""
