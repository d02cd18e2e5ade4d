"""The CSS of the web page of songs: light and dark, for narrow screens and for print."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #1d1b20; --soft: #5f5a66; --paper: #faf8f5; --card: #ffffff; --line: #e3ded7;
  --accent: #a0451f; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece7e1; --soft: #a8a19a; --paper: #16151a; --card: #1f1e24;
  --line: #35333c; --accent: #f0a47c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
header { margin-bottom: 2rem; }
h1 { margin: 0; font-size: 2.2rem; line-height: 1.15; overflow-wrap: anywhere; }
header p, .facts, .note, footer { color: var(--soft); margin: .25rem 0; }
.tracks { list-style: none; margin: 0; padding: 0; }
article { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem 1.5rem; margin-bottom: 1.5rem; padding: 1.25rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.cover { display: grid; place-items: center; width: 9rem; height: 9rem; border-radius: .5rem; object-fit: cover;
  font-size: 4rem; color: #ffffff; overflow: hidden; }
.hue0 { background: #7a3e2b; } .hue1 { background: #2d5d62; } .hue2 { background: #5b4b8a; }
.hue3 { background: #6b5a1e; } .hue4 { background: #2f5d3a; } .hue5 { background: #7d3257; }
.about { min-width: 0; }
h2 { margin: 0; font-size: 1.35rem; line-height: 1.25; overflow-wrap: anywhere; }
.style { margin: .35rem 0 .75rem; overflow-wrap: anywhere; }
audio { width: 100%; }
.link { margin: .35rem 0 0; font-size: .8rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible, audio:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.lyrics { grid-column: 1 / -1; columns: 20rem 2; column-gap: 2rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
.lyrics h3 { margin: 0 0 .15rem; font-size: .85rem; color: var(--soft); break-after: avoid; }
.lyrics p { margin: 0 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere; break-inside: avoid; }
footer { font-size: .85rem; }
@media (max-width: 36rem) { article { grid-template-columns: 1fr; } }
@media print { body { padding: 0; max-width: none; background: #ffffff; color: #000000; font-size: 10pt; }
  article { border: 0; border-top: 1px solid #999999; border-radius: 0; padding: 1rem 0; background: none; }
  audio, footer { display: none; } .cover { print-color-adjust: exact; } .about { break-inside: avoid; } }
"""
ALBUM_STYLE = """header { display: flex; flex-wrap: wrap; align-items: center; gap: 1rem 1.5rem; }
header .artist { font-size: 1.2rem; color: var(--ink); }
"""
