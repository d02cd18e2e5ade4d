"""The tests of sunotui; the folders mirror the package."""
