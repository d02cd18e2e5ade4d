"""The argument parser, built from one module for each group of commands."""
