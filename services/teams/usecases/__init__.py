"""One file per noun, one function per verb: load → rule → change → publish."""
