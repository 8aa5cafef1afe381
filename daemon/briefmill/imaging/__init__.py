"""Pure pixels: decode, crop, scale, type, colour, compose, encode.

Pictures are numpy uint8 arrays, height x width x 3, BGR.
"""
