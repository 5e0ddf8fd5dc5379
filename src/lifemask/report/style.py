"""The page's style: one column of text and figures, light or dark as the reader's system asks."""

CSS = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --ink: #1b1a18; --ink-2: #67645e; --line: #e3e0da; --shade: #f0ede6; --panel: #ffffff;
  --series-1: #2563b8; --series-2: #c8501e; --series-3: #2f8a57;
  --good: #2f8a57; --warn: #b57a00; --bad: #c2321f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161614; --ink: #ecebe7; --ink-2: #a09d95; --line: #33322e; --shade: #22211e; --panel: #1d1d1a;
    --series-1: #7fb0f5; --series-2: #f09a6b; --series-3: #79cf9e;
    --good: #79cf9e; --warn: #e8b84a; --bad: #f28474;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 64rem; padding: 3.5rem 1.5rem 5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header p { margin: 0; color: var(--ink-2); }
.mark { font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
h1 { margin: .2rem 0 .3rem; font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em;
  overflow-wrap: anywhere; }
h2 { margin: 3.5rem 0 .4rem; font-size: 1.3rem; font-weight: 650; letter-spacing: -.01em; }
h3 { margin: 1.8rem 0 .2rem; font-size: 1rem; font-weight: 600; }
p.note { margin: 0 0 1rem; color: var(--ink-2); max-width: 46rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1px;
  margin: 2rem 0 0; padding: 0; background: var(--line); border: 1px solid var(--line); border-radius: 10px;
  overflow: hidden; }
.figures div { background: var(--panel); padding: 1.1rem 1.2rem; display: flex; flex-direction: column; }
.figures dt { color: var(--ink-2); font-size: .85rem; }
.figures dd { margin: .1rem 0 0; font-size: 1.75rem; font-weight: 620; letter-spacing: -.02em;
  font-variant-numeric: tabular-nums; }
.figures small { color: var(--ink-2); font-size: .78rem; line-height: 1.35; font-weight: 400;
  letter-spacing: 0; display: block; margin-top: .15rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .94rem; }
.scroll { overflow-x: auto; }
th { text-align: left; font-weight: 500; color: var(--ink-2); }
th, td { padding: .42rem .7rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td.n, th.n { text-align: right; padding-right: 0; padding-left: 1rem; }
tr.total td { font-weight: 600; }
th.group { text-align: center; border-bottom: 1px solid var(--ink-2); }
th.first, td.first { padding-left: 2.2rem; }
ul.findings { list-style: none; margin: 1rem 0; padding: 0; }
ul.findings li { padding: .5rem 0 .5rem 1.6rem; border-bottom: 1px solid var(--line); position: relative; }
ul.findings li::before { position: absolute; left: 0; font-weight: 700; }
ul.findings li.ok::before { content: "\\2713"; color: var(--good); }
ul.findings li.warn::before { content: "!"; color: var(--warn); left: .3rem; }
ul.findings li.note::before { content: "\\2022"; color: var(--ink-2); left: .2rem; }
ul.findings li.fatal::before { content: "\\2717"; color: var(--bad); }
ul.findings b { font-weight: 600; margin-right: .4rem; }
ul.findings b::first-letter { text-transform: uppercase; }
ul.findings span { color: var(--ink-2); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: .2rem 2rem;
  margin: 0 0 1rem; }
dl.facts div { display: flex; justify-content: space-between; border-bottom: 1px solid var(--line);
  padding: .3rem 0; font-size: .92rem; }
dl.facts dt { color: var(--ink-2); }
dl.facts dd { margin: 0; font-variant-numeric: tabular-nums; text-align: right; }
.plot svg { width: 100%; height: auto; display: block; margin: .8rem 0; overflow: visible;
  font-family: inherit; }
video, .sheet img { display: block; width: 100%; border-radius: 6px; background: #000; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 28rem), 1fr)); gap: 1rem; }
figure { margin: 0; }
figcaption { color: var(--ink-2); font-size: .82rem; padding-top: .3rem; font-variant-numeric: tabular-nums; }
.bar { background: var(--shade); border-radius: 3px; height: .55rem; min-width: 8rem; }
.bar i { display: block; height: 100%; background: var(--series-1); border-radius: 3px; min-width: 2px; }
td.wide { width: 45%; }
.legend { white-space: nowrap; }
.scale { display: inline-block; width: 7rem; height: .55rem; border-radius: 3px; vertical-align: middle;
  background: linear-gradient(90deg, #000004, #420a68, #932667, #dd513a, #fca50a, #fcffa4); }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--ink-2); }
pre { background: var(--shade); padding: 1rem; border-radius: 8px; overflow-x: auto; font-size: .8rem;
  line-height: 1.45; }
footer { margin-top: 4rem; color: var(--ink-2); font-size: .85rem; }
"""
