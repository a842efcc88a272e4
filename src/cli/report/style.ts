/**
 * The one style sheet of the report. It holds no value of the data, so its hash can stand in the page's policy. Both
 * colour schemes, print, high contrast and forced colours are here.
 */
import { constant } from './html.ts';

export const STYLE = constant`
:root {
  color-scheme: light dark;
  --paper: #fcfbf8; --raised: #f5f3ee; --ink: #1f1d1a; --soft: #625d55; --rule: #dfdbd2; --faint: #ece9e2;
  --plain: #40618c; --steered: #b8430f; --asked: #2c7566; --probe: #40618c; --heat: #d9812f; --mark: #ffe2c7;
  --serif: Charter, 'Bitstream Charter', 'Iowan Old Style', 'Source Serif Pro', 'Sitka Text', Cambria, Georgia, 'Liberation Serif', serif;
  --sans: system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17181b; --raised: #1f2125; --ink: #eae6df; --soft: #aaa49a; --rule: #393b40; --faint: #292b30;
    --plain: #8db4e3; --steered: #ff9d66; --asked: #76cdb6; --probe: #8db4e3; --heat: #d9812f; --mark: #5a3417;
  }
}
@media (prefers-contrast: more) {
  :root { --paper: #fff; --ink: #000; --soft: #2b2925; --rule: #77726a; --faint: #c9c4ba; --plain: #1d3d68; --steered: #8a2c00; --asked: #06493c; --probe: #1d3d68; }
}
@media (prefers-contrast: more) and (prefers-color-scheme: dark) {
  :root { --paper: #000; --ink: #fff; --soft: #dedad2; --rule: #8b8d93; --faint: #4a4c52; --plain: #b9d5f7; --steered: #ffbe98; --asked: #a5ead8; --probe: #b9d5f7; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.62 var(--serif); font-kerning: normal; }
main, header.page, footer.page {
  display: grid; row-gap: 0;
  grid-template-columns: minmax(1.25rem, 1fr) [wide-start] minmax(0, 8rem) [text-start] minmax(0, 45rem) [text-end] minmax(0, 8rem) [wide-end] minmax(1.25rem, 1fr);
}
main > *, header.page > *, footer.page > * { grid-column: text; min-width: 0; }
section { display: grid; grid-column: wide; grid-template-columns: subgrid; padding-top: 4.5rem; }
section > * { grid-column: text; min-width: 0; }
section > .wide { grid-column: wide; }
p { margin: 0 0 1rem; hyphens: manual; }
p, li, dd { text-wrap: pretty; }
h1, h2 { font-weight: 500; text-wrap: balance; }
h1 { font-size: clamp(2.1rem, 5.2vw, 3.25rem); line-height: 1.1; letter-spacing: -0.018em; margin: 0 0 1.4rem; }
h2 { position: relative; font-size: 1.65rem; line-height: 1.22; letter-spacing: -0.008em; margin: 0 0 1.1rem; }
h2 .number { position: absolute; right: calc(100% + 1.4rem); color: var(--soft); font: 400 1rem/2rem var(--sans); font-variant-numeric: tabular-nums; }
q { quotes: '“' '”'; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: 0.18em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--steered); outline-offset: 3px; border-radius: 2px; }
code { font-family: var(--mono); font-size: 0.84em; overflow-wrap: anywhere; }
.page.top, header.page { padding-top: 3.25rem; }
.kicker { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.3rem 2rem; margin: 0 0 3.6rem; padding-bottom: 0.8rem; border-bottom: 1px solid var(--rule); font: 0.875rem/1.4 var(--sans); color: var(--soft); }
.kicker strong { color: var(--ink); font-weight: 600; letter-spacing: 0.01em; }
.lede { font-size: 1.22rem; line-height: 1.55; margin-bottom: 2.2rem; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1.2rem 2rem; margin: 0 0 1.2rem; padding: 1.3rem 0 0; border-top: 1px solid var(--rule); }
.key div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.key dt { font: 0.875rem/1.4 var(--sans); color: var(--soft); }
.key dd { margin: 0; font-size: 2.05rem; line-height: 1.25; letter-spacing: -0.015em; font-variant-numeric: lining-nums tabular-nums; }
.key small { font: 0.875rem/1.4 var(--sans); color: var(--soft); letter-spacing: 0; }
nav { margin-top: 2rem; font: 0.9375rem/1.5 var(--sans); }
nav ol { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; margin: 0; padding: 0; list-style: none; }
figure { margin: 1.6rem 0 1.2rem; }
.figure-title { margin: 0 0 0.6rem; font: 600 0.9375rem/1.4 var(--sans); }
.picture, .scroll { overflow-x: auto; }
.picture svg { display: block; width: 100%; min-width: 34rem; height: auto; overflow: visible; font-family: var(--sans); font-variant-numeric: tabular-nums; }
figcaption, .provenance { font: 0.875rem/1.5 var(--sans); color: var(--soft); }
figcaption { margin-top: 0.7rem; max-width: 42rem; }
.provenance { margin-top: 0.4rem; }
details { margin-top: 0.7rem; font: 0.875rem/1.5 var(--sans); }
summary { cursor: pointer; width: fit-content; color: var(--soft); }
summary:hover { color: var(--ink); }
details[open] > summary { margin-bottom: 0.8rem; }
table { border-collapse: collapse; font: 0.875rem/1.4 var(--sans); font-variant-numeric: lining-nums tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.5rem; }
th, td { padding: 0.32rem 1.1rem 0.32rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--faint); font-weight: 400; }
thead th { color: var(--soft); border-bottom-color: var(--rule); vertical-align: bottom; }
th.number, td.number { text-align: right; } td.number { white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0 0 0.8rem; padding: 0; list-style: none; font: 0.875rem/1.5 var(--sans); }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0 2.5rem; margin: 0.4rem 0 1.4rem; font: 0.9375rem/1.5 var(--sans); }
.facts div { display: grid; grid-template-columns: 8.2rem 1fr; gap: 0.8rem; padding: 0.45rem 0; border-bottom: 1px solid var(--faint); }
.facts dt, .controls dt { color: var(--soft); }
.facts dd, .controls dd { margin: 0; overflow-wrap: anywhere; }
.hash { font-size: 0.78em; }
.controls { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.2rem; margin: 1rem 0; font: 0.9375rem/1.5 var(--sans); }
.doubts { margin: 0; padding-left: 1.1rem; }
.doubts li { margin-bottom: 0.55rem; padding-left: 0.2rem; }
.doubts li::marker { content: '–  '; color: var(--soft); }
pre { margin: 0; font: 0.8125rem/1.55 var(--mono); tab-size: 4; }
pre code { font-size: 1em; }
.command { padding: 0.8rem 1rem; margin: 0 0 1rem; background: var(--raised); border-radius: 4px; white-space: pre-wrap; }
.pair { margin-top: 2.2rem; }
.pair .prompt { display: flex; gap: 0.8rem; margin: 0 0 0.8rem; }
.pair .number { color: var(--soft); font: 400 0.9375rem/1.75rem var(--sans); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.2rem 1.6rem; }
.answer { border-top: 3px solid; padding-top: 0.6rem; min-width: 0; }
.answer.plain { border-color: var(--plain); }
.answer.steered { border-color: var(--steered); border-top-style: double; border-top-width: 4px; padding-top: 0.55rem; }
.answer-name { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0 0 0.5rem; font: 600 0.875rem/1.5 var(--sans); }
.answer-name .verdict { font-weight: 400; color: var(--soft); }
.answer pre { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; direction: ltr; }
.shared { color: var(--soft); }
mark { background: var(--mark); color: inherit; padding: 0.08em 0.12em; border-radius: 2px; box-shadow: inset 0 -1.5px var(--steered); }
footer.page { margin-top: 5rem; padding: 1.6rem 0 4rem; font: 0.875rem/1.5 var(--sans); color: var(--soft); }
footer.page p { border-top: 1px solid var(--rule); padding-top: 1rem; }
.lens { table-layout: fixed; width: 100%; min-width: 48rem; font-size: 0.8125rem; }
.lens thead tr:first-child th:first-child { width: 6.2rem; }
.lens td { padding: 0.2rem 0.6rem; border: 1px solid var(--paper); border-width: 0 2px 2px 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.lens th { padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 0; white-space: nowrap; }
.lens thead th { padding: 0.2rem 0.6rem; }
.lens thead tr:first-child th:first-child { padding-left: 0; }
.lens .logit { color: var(--soft); }
.lens .note { color: var(--steered); }
.lens .acts th { font-weight: 600; }
.lens code { font-size: 0.95em; }
.tag.plain { color: var(--plain); } .tag.steered { color: var(--steered); }
.heat-0 { --shade: 0%; } .heat-1 { --shade: 6%; } .heat-2 { --shade: 12%; } .heat-3 { --shade: 18%; } .heat-4 { --shade: 24%; }
.heat-5 { --shade: 30%; } .heat-6 { --shade: 37%; } .heat-7 { --shade: 44%; } .heat-8 { --shade: 52%; }
td[class^='heat-'] { background: color-mix(in oklab, var(--heat) var(--shade), var(--raised)); }
td[class^='heat-'] .logit { color: inherit; opacity: 0.75; }
svg .cell { fill: color-mix(in oklab, var(--heat) var(--shade), var(--raised)); }
svg text { fill: var(--ink); font-size: 14px; }
svg .tick, svg .cell-text { font-size: 13px; }
svg .cell-note { font-size: 11.5px; fill: var(--soft); }
svg .tick { fill: var(--soft); }
svg .value { font-variant-numeric: tabular-nums; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .grid { stroke: var(--faint); stroke-width: 1; }
svg .mark, .legend .mark { stroke: var(--paper); stroke-width: 1.5; }
svg .plain { fill: var(--plain); } svg .steered { fill: var(--steered); } svg .asked { fill: var(--asked); }
svg .bar { fill-opacity: 0.55; }
svg .band { fill-opacity: 0.24; }
svg .band.probe { fill: var(--probe); fill-opacity: 0.18; }
svg .interval { stroke: var(--ink); stroke-width: 1.2; }
svg .series { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .series.probe { stroke: var(--probe); stroke-width: 2.4; }
svg .series.embedding { stroke: var(--steered); stroke-dasharray: 10 5; }
svg .series.shuffled { stroke: var(--asked); stroke-dasharray: 2 4; stroke-width: 2.4; }
svg .series.majority { stroke: var(--soft); stroke-dasharray: 8 4 2 4; stroke-width: 1.6; }
svg .dot.probe { fill: var(--probe); stroke: var(--paper); stroke-width: 1; }
svg .ring { fill: none; stroke: var(--ink); stroke-width: 2; }
svg .tie { stroke: var(--rule); stroke-width: 3; }
svg line.median { stroke-width: 1.5; } svg line.median.plain { stroke: var(--plain); }
svg line.median.steered { stroke: var(--steered); stroke-dasharray: 6 4; }
@media (max-width: 66rem) {
  main, header.page, footer.page { grid-template-columns: 1.25rem [wide-start text-start] minmax(0, 45rem) [text-end wide-end] 1.25rem; justify-content: center; }
}
@media (max-width: 66rem) { h2 .number { position: static; display: block; line-height: 1.4; } section { padding-top: 3.4rem; } }
@media (forced-colors: active) {
  :root { --paper: Canvas; --raised: Canvas; --ink: CanvasText; --soft: CanvasText; --rule: CanvasText; --faint: GrayText; --plain: CanvasText; --steered: LinkText; --asked: GrayText; --probe: CanvasText; --mark: Mark; }
  mark { forced-color-adjust: none; background: Mark; color: MarkText; }
}
@media print {
  :root { --paper: #fff; --raised: #f4f4f2; --ink: #000; --soft: #444; --rule: #bbb; --faint: #ddd; --plain: #40618c; --steered: #b8430f; --asked: #2c7566; --probe: #40618c; --mark: #ffe2c7; }
  header.page { padding-top: 0; } nav { display: none; } section { padding-top: 2rem; }
  main, header.page, footer.page, section { display: block; }
  html { font-size: 12px; } .columns { grid-template-columns: 1fr 1fr; }
  .picture, .pair, .figure-title, tr { break-inside: avoid; } h2, .figure-title, .legend { break-after: avoid; }
  .picture, .scroll { overflow: visible; } .picture svg { min-width: 0; }
  figure details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
