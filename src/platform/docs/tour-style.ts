/** Style of the tour on /docs (`browser/plugin.ts`), in Swagger UI's colours and sizes. */
export const TOUR_STYLE = `
html { box-sizing: border-box; scroll-padding-top: 1rem }
*, *::before, *::after { box-sizing: inherit }
body { margin: 0; background: #fafafa }
.swagger-ui .info { margin: 2rem 0 1rem }
.tour { margin: 0 0 1rem; padding: 1rem 1.25rem; border: 1px solid #c7d7f5; border-radius: .5rem; background: #f1f6ff;
  font: 1rem/1.5 system-ui, sans-serif; color: #1c2333 }
.tour h2 { margin: 0 0 .25rem; font-size: 1.25rem }
.tour p { margin: 0 0 .75rem }
.tour ol { display: flex; flex-wrap: wrap; gap: .75rem 2rem; margin: 0; padding: 0; list-style: none; counter-reset: group }
.tour li > strong { display: block; margin-bottom: .5rem }
.tour li > span { display: inline-block; margin: 0 .5rem .5rem 0 }
.tour li > strong::before { counter-increment: group; content: counter(group) ". " }
.tour-step, .tour-next, .tour-hint a { display: inline-block; min-height: 2.75rem; padding: .5rem .9rem; border-radius: .4rem;
  border: 1px solid #3b6fd4; background: #fff; color: #2a56ab; font: 600 .95rem/1.5 system-ui, sans-serif; cursor: pointer }
.tour-step:hover, .tour-next:hover { background: #e3ecff }
.tour-done .tour-step { border-color: #1d7f4e; color: #1d7f4e }
.tour-done .tour-step::after { content: " \\2713" }
.tour-hint { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; margin: 0 0 1rem; padding: .75rem 1rem;
  border-left: 4px solid #3b6fd4; background: #f1f6ff; font: 1rem/1.5 system-ui, sans-serif }
.swagger-ui .tour-hint p { flex: 1 1 15rem; margin: 0; color: #1c2333 }
.tour-hint a { background: #3b6fd4; color: #fff; text-decoration: none }
.tour-next::after { content: " \\2192" }
`;
