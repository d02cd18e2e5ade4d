"""The screens of the terminal app, the command registry and the app itself."""
