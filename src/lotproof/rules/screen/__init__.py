"""Ordinary packs are set aside before the rules run, so that a hundred million packs cost what their exceptions cost.

A pack is *ordinary* where every source that speaks of its lot speaks of it exactly once, in the usual way, and all say the
same; its container is *calm* where it holds ordinary packs only, as many as its size, and nothing but packing, shipping and
counting ever happened to it. No rule can find anything in an ordinary pack in a calm container, so such packs are counted and
left out, and all rules run on the remainder. What they still need of those left out are counts: the tables of `tables`.

A calm case on a pallet that only went its way is set aside with its packs (`containers`).

`shape` says what is ordinary; `segments`, `bunch` and `crates` read rows as arrays, lot by lot; `survey` finds what does not fit a lot; `kernel`
decides which packs are ordinary by themselves (pure), `verdict` which of these are set aside, `tables` counts them, `scan` drives it in bounded
memory, `settle` finds calm containers, and `remainder` writes the rows that stay.
That findings are the same with and without is a property test (tests/rules/test_screen.py).
"""
