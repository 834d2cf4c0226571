"""Features for standard clients: asked for, changed and taken out as files, within what the caller may see."""
