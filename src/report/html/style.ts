/** The whole style of the report. Colours have a light and a dark set; charts read theirs from here. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b2430; --muted: #5b6675; --line: #dde2e9; --link: #1d4ed8;
  --pass: #15803d; --fail: #b91c1c; --inconclusive: #a16207;
  --series-1: #2563eb; --series-2: #15803d; --series-3: #dc2626; --series-4: #b45309;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11161d; --card: #1a212b; --text: #e4e9f0; --muted: #9aa6b6; --line: #2d3744; --link: #8ab4ff;
    --pass: #4ade80; --fail: #f87171; --inconclusive: #facc15;
    --series-1: #6ea8fe; --series-2: #4ade80; --series-3: #f87171; --series-4: #fbbf24;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; }
h3 { font-size: 14px; margin: 16px 0 6px; color: var(--muted); font-weight: 600; }
header, section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 18px 20px;
  margin-bottom: 16px; }
header { border-left: 6px solid var(--line); }
header.pass { border-left-color: var(--pass); }
header.fail { border-left-color: var(--fail); }
header.inconclusive { border-left-color: var(--inconclusive); }
.heading { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; justify-content: space-between; }
.verdict { font-weight: 700; white-space: nowrap; }
.badge { border: 1px solid currentColor; border-radius: 6px; padding: 4px 12px; font-size: 18px; letter-spacing: .04em; }
.pass > .verdict, .verdict.pass { color: var(--pass); }
.fail > .verdict, .verdict.fail { color: var(--fail); }
.inconclusive > .verdict, .verdict.inconclusive { color: var(--inconclusive); }
.muted, .about { color: var(--muted); }
.about { margin: 6px 0 0; font-size: 13px; overflow-wrap: anywhere; }
.reasons { margin: 12px 0 0; padding-left: 20px; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 16px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.tile b { display: block; font-size: 22px; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { color: var(--muted); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 600; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: 10px; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
details { margin-top: 10px; }
details > details { margin-left: 16px; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary:hover { color: var(--link); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 20px; }
.chart h3 { margin-top: 0; }
.chart { min-width: 0; }
.uplot, .uplot * { font-family: inherit; }
.u-legend { font-size: 13px; text-align: left; }
.u-legend tr, .u-legend th, .u-legend td { border-bottom: 0; }
.fates { display: block; min-width: 640px; margin: 8px 0; font-size: 13px; }
.fates text { fill: var(--text); }
.fates .head { fill: var(--muted); }
.fates rect.kept { fill: var(--series-2); }
.fates rect.hurt { fill: var(--series-4); }
.fates rect.gone { fill: var(--series-3); }
.fates path { fill: var(--series-2); opacity: .22; }
.fates path.hurt { fill: var(--series-4); }
.fates path.gone { fill: var(--series-3); }
.ladder { display: block; min-width: 460px; }
.ladder text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--text); }
.ladder .time { fill: var(--muted); }
.ladder .lane { stroke: var(--line); }
.ladder .arrow { stroke: var(--series-1); stroke-width: 1.4; }
.ladder .tip { fill: var(--series-1); }
.ladder .bad .arrow { stroke: var(--fail); }
.ladder .bad .tip { fill: var(--fail); }
.spread, .lanes { display: block; margin: 4px 0 12px; max-width: 100%; height: auto; }
.lanes { min-width: 560px; }
details > .charts { margin-top: 10px; }
.spread text, .lanes text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--text); }
.spread .time, .lanes .time { fill: var(--muted); font-size: 11px; }
.spread .value, .lanes .value { font-variant-numeric: tabular-nums; font-weight: 600; }
.spread .lane, .lanes .lane { stroke: var(--line); }
.spread .reach { stroke: var(--series-1); stroke-width: 1.4; }
.spread .bulk { fill: var(--series-1); fill-opacity: .28; }
.spread .median { stroke: var(--series-1); stroke-width: 2.4; }
.lanes .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.lanes .line.series-1 { stroke: var(--series-1); }
.lanes .line.series-2 { stroke: var(--series-2); }
.lanes .bar.series-3 { fill: var(--series-3); }
.lanes .bar.series-4 { fill: var(--series-4); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 10px 0; font-size: 13px; color: var(--muted); }
.facts b { color: var(--text); font-variant-numeric: tabular-nums; }
.score { display: inline-block; min-width: 42px; font-variant-numeric: tabular-nums; color: var(--fail); }
.chips { display: flex; flex-wrap: wrap; gap: 10px; margin: 6px 0 14px; }
.chips .heard { border: 1px solid currentColor; border-radius: 6px; padding: 4px 12px; font-size: 14px; }
.chips b { font-size: 18px; font-variant-numeric: tabular-nums; }
.chips small { color: var(--muted); font-weight: 400; }
.heard { font-weight: 600; white-space: nowrap; }
.heard.good { color: var(--pass); }
.heard.bad { color: var(--fail); }
.heard.open { color: var(--muted); }
.recording { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; }
a { color: var(--link); }
[id^="call-"] { scroll-margin-top: 60px; }
@media (max-width: 520px) { .charts { grid-template-columns: 1fr; } }
@media print { body { background: #fff; } header, section, .tile { break-inside: avoid; } }
`
