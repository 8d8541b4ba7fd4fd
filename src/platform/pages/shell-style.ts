/** The style sheet of {@link shellPage}. 360 px is the narrowest window; wide code scrolls in its own box. */
export const SHELL_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f7f8fa; --card: #fff; --code: #f1f3f7; --text: #1b2230; --soft: #566176; --line: #dfe3ea;
  --accent: #2c5cc5; --accent-soft: #e6edfc; --good: #1a6b3f; --good-soft: #e0f4e8;
  --warn: #85500a; --warn-soft: #fcefd9; --bad: #a3262b; --bad-soft: #fbe5e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10141b; --card: #181d26; --code: #0d1117; --text: #e4e8ef; --soft: #9ca7b9; --line: #2b3341;
    --accent: #8db2ff; --accent-soft: #1f2d4a; --good: #7fd6a3; --good-soft: #16321f;
    --warn: #f0bc6c; --warn-soft: #38290f; --bad: #ff9d9d; --bad-soft: #3d1b1e;
  }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: break-word }
a { color: var(--accent); text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem }
.frame { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem }
.skip { position: absolute; left: -100rem; padding: .75rem 1.25rem; background: var(--card) }
.skip:focus { left: 0; z-index: 1 }
header { background: var(--card); border-bottom: 1px solid var(--line) }
header .frame { display: flex; flex-wrap: wrap; align-items: center; column-gap: 2rem; padding-block: .4rem }
.brand { display: flex; align-items: center; gap: .6rem; min-height: 2.75rem; color: inherit; font-weight: 650; text-decoration: none }
.brand svg { width: 1.5rem; height: 1.5rem; color: var(--accent) }
header ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none }
header li a { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--soft); text-decoration: none }
header li a:hover, .toc a:hover { color: var(--accent); text-decoration: underline }
header li a[aria-current] { color: var(--text); font-weight: 600; box-shadow: inset 0 -2px var(--accent) }
main.frame { padding-block: 2.75rem 3.5rem }
main:focus { outline: none }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem }
footer .frame { padding-block: 1.25rem }
h1 { margin: 0 0 .75rem; font-size: clamp(1.8rem, 1.4rem + 2vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em }
h2 { margin: 3rem 0 1rem; font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em }
h3 { margin: 0; font-size: 1.05rem; line-height: 1.4 }
p { margin: 0 0 .75rem; max-width: 42rem }
.lead { color: var(--soft); font-size: 1.15rem }
.soft { color: var(--soft) }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em }
:not(pre) > code { padding: .1em .35em; border-radius: .3em; background: var(--code); box-shadow: inset 0 0 0 1px var(--line); -webkit-box-decoration-break: clone; box-decoration-break: clone }
pre { margin: 0; padding: 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .6rem; background: var(--code); line-height: 1.55; tab-size: 2 }
pre code { font-size: 1em }
.key { color: var(--accent) }
.copy { user-select: all; -webkit-user-select: all }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none }
.card { position: relative; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
.card p { margin: .35rem 0 0; color: var(--soft); font-size: .95rem }
.card h3 a { text-decoration: none }
.card h3 a::before { content: ""; position: absolute; inset: 0; border-radius: inherit }
.card h3:has(a)::after { content: " →"; color: var(--accent) }
.card:has(h3 a):hover { border-color: var(--accent) }
.card p a { position: relative }
.card .badge { float: right; margin-left: .5rem }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; background: var(--accent-soft); color: var(--accent); font-size: .8rem; font-weight: 600; line-height: 1.6; white-space: nowrap }
.badge.good { background: var(--good-soft); color: var(--good) }
.badge.warn { background: var(--warn-soft); color: var(--warn) }
.badge.bad { background: var(--bad-soft); color: var(--bad) }
.status { min-width: 2.9rem; text-align: center; border-radius: .4rem; font-size: .95rem; letter-spacing: .02em; margin-right: .5rem }
.toc .status { flex: none }
h2 .status { vertical-align: .15em }
.toc { margin: 1.75rem 0 0; padding: .6rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
.toc ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0 1rem; margin: 0; padding: 0; list-style: none }
.toc a { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--text); font-size: .95rem; text-decoration: none }
.problem { display: grid; gap: 1rem; margin: 0 0 1rem; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
.problem > * { min-width: 0 }
.problem:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent) }
.problem h3 code { font-size: .95em; overflow-wrap: anywhere }
.problem h3 a { color: inherit; text-decoration: none }
.problem h3 a:hover { text-decoration: underline }
.problem .title { margin: .4rem 0 .6rem; font-weight: 600 }
.problem dl { margin: 0 }
.problem dt, .label { color: var(--soft); font-size: .8rem; font-weight: 600; letter-spacing: .02em }
.problem dd { margin: 0 0 .7rem }
.problem dd:last-child { margin-bottom: 0 }
.problem pre { padding: .75rem 1rem; font-size: .85rem }
.label { margin: 0 0 .3rem }
.fields { margin: 0; border: 1px solid var(--line); border-radius: .75rem; background: var(--card) }
.fields > div { display: grid; gap: .1rem 1rem; padding: .7rem 1.25rem }
.fields > div + div { border-top: 1px solid var(--line) }
.fields > div:target { box-shadow: inset 0 0 0 2px var(--accent); border-radius: .75rem }
.fields dd { margin: 0 }
@media (min-width: 56rem) {
  .problem { grid-template-columns: 1fr 1.05fr; gap: 2rem; padding: 1.4rem 1.5rem }
  .fields > div { grid-template-columns: 14rem 1fr }
  header .frame { justify-content: space-between }
}
@media (max-width: 30rem) {
  header .frame { row-gap: 0 }
  .toc ul { display: flex; flex-wrap: wrap; gap: 0 .5rem }
  .toc .status { margin-right: 0; padding-block: .3rem }
  .toc .reason { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
  header ul { column-gap: 1rem }
  h2 { margin-top: 2.25rem }
  pre { font-size: .8rem }
  main.frame { padding-block: 1.75rem 2.5rem }
  .frame { padding-inline: 1rem }
  .problem, .card { padding-inline: 1rem }
}
@media print { header, .toc, .skip { display: none } pre { white-space: pre-wrap } .problem { break-inside: avoid } }
`;
