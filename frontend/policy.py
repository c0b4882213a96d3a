"""What a browser may load on our pages, as their Content-Security-Policy says it.

Our pages bring every file themselves and hold no script or style of their own in the text, so that an owner's words,
should they ever get into a page unescaped, are not run. `data:` is the empty icon in the head of each page.
"""

OWN_FILES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; "
)
PAGES = OWN_FILES + "frame-ancestors 'none'"
# The simulator, which stands beside the console.
BESIDE = OWN_FILES + "frame-ancestors 'self'"
# The console needs more: styles that its component library makes as it goes (let in by a word that is new each time),
# pictures just picked for upload, and the simulator.
CONSOLE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The owners' pages: no script at all, and no place to go but themselves.
OWNERS = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
