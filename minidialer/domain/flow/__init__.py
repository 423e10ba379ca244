"""What the dialer does about each kind of event: functions of (floor, event, now) that yield commands.

A function that may refuse checks everything before it changes anything.
"""
