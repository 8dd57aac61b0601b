"""Files that people hand in: kept by content in an object store, described by rows of the service that owns them.

``examine`` says what an upload is and refuses what it must not be; ``Files`` keeps bytes under their SHA-256;
``attachments`` joins the two for a service's rows; ``sweep`` removes bytes that no row ever named. Nothing here knows
a word of the business.

What was handed in is evidence and is kept byte for byte, photos with their place and camera included, so that its hash
equals that of the uploader's own copy. For that reason no file is ever public: whoever reads one has a token and may
see the noun that it belongs to.
"""
