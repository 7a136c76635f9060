"""One file per source; the file's name is the word behind `kind:` in a scene."""
