"""Where the house is put together, once and by hand: settings in, plain constructors, an exit stack.

`daemon` serves, `desks` opens what a face may ask, `home` makes and examines a home. Nothing below this floor knows the
settings.
"""
