"""The colour themes, the tokens made from them, drawn styles and signs."""
