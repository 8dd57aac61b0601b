"""One function per verb: load → rule → change → publish."""
