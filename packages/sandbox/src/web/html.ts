// The frame of every page that the sandbox shows: paper and ink, light and dark, no script, plainly not the real thing.

/** Text that is already safe HTML; made only by `html` and `raw`. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Template tag: everything put in is escaped unless it is Html itself; null, undefined and false are left out. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let markup = strings[0] ?? '';
  parts.forEach((part, index) => {
    markup += render(part) + (strings[index + 1] ?? '');
  });
  return { markup };
}

/** Marks a string of our own as HTML. Never for anything that came in by a request. */
function raw(markup: string): Html {
  return { markup };
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  if ('markup' in part) return part.markup;
  return part.map(render).join('');
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** 'narrow' for one form, 'wide' for lists. */
  readonly width?: 'narrow' | 'wide';
}

const STYLE = `
:root{color-scheme:light dark;--paper:#FAF7F2;--sheet:#FFF;--ink:#1C1917;--ink2:#57534E;--ink3:#78716C;--line:#E7E0D6;
--kiln:#B8431F;--onkiln:#FFF;--indigo:#2B3A8C;--moss:#3F6B3A;--amber:#9A6200;--madder:#A3212B}
@media(prefers-color-scheme:dark){:root{--paper:#141210;--sheet:#1E1B18;--ink:#F5F0E8;--ink2:#C9C1B6;--ink3:#9A9187;
--line:#332E29;--kiln:#F07A4B;--onkiln:#1C1917;--indigo:#9DB0FF;--moss:#8FC285;--amber:#E9B44C;--madder:#F2868E}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--paper);color:var(--ink);font:16px/1.5 "Instrument Sans",ui-sans-serif,system-ui,sans-serif}
h1,h2,.price{font-family:Fraunces,Georgia,"Times New Roman",serif;font-weight:600;line-height:1.15;margin:0}
h1{font-size:28px}h2{font-size:18px}.price{font-size:36px;font-variant-numeric:tabular-nums}
a{color:var(--indigo)}:focus-visible{outline:2px solid var(--indigo);outline-offset:2px}
.band{background:var(--amber);color:var(--paper);text-align:center;padding:8px 16px;font-size:14px;font-weight:600}
main{margin:0 auto;padding:32px 16px 64px;display:grid;gap:24px}
main.narrow{max-width:520px}main.wide{max-width:960px}
.sheet{background:var(--sheet);border:1px solid var(--line);border-radius:14px;padding:24px;display:grid;gap:16px;min-width:0}
.quiet{color:var(--ink2);margin:0}.small{font-size:14px}
.note{border-left:3px solid var(--line);padding-left:12px}
.wrong{border:1px solid var(--madder);color:var(--madder);border-radius:6px;padding:12px;margin:0}
.done{border:1px solid var(--moss);color:var(--moss);border-radius:6px;padding:12px;margin:0}
form{display:grid;gap:16px;margin:0;min-width:0}
fieldset{border:0;padding:0;margin:0;display:grid;gap:12px}legend{padding:0;font-weight:600;margin-bottom:8px}
label{display:grid;gap:4px;font-size:14px;color:var(--ink2)}
input,select{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--ink3);border-radius:6px;padding:0 12px;height:44px;width:100%;min-width:0}
input[type=radio],input[type=checkbox]{width:20px;height:20px;margin:0;accent-color:var(--kiln);flex:none}
.pick{display:flex;gap:12px;align-items:center;min-height:44px;color:var(--ink);font-size:16px}
.pair{display:grid;gap:12px;grid-template-columns:1fr 1fr}
button,.button{font:inherit;font-weight:600;border-radius:6px;min-height:48px;border:1px solid var(--kiln);background:var(--kiln);color:var(--onkiln);cursor:pointer;
display:flex;align-items:center;justify-content:center;text-decoration:none;padding:0 16px}
button.second,.button.second{background:transparent;color:var(--ink);border-color:var(--ink3)}
.rows{list-style:none;margin:0;padding:0}.rows>li{padding:12px 0;border-top:1px solid var(--line)}.rows>li:first-child{border-top:0}
.line{display:flex;justify-content:space-between;gap:16px}.line span:last-child{font-variant-numeric:tabular-nums}
iframe{width:100%;height:480px;border:1px solid var(--line);border-radius:6px;background:#FFF}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;font-size:14px}
summary{cursor:pointer;min-height:44px;display:flex;align-items:center;color:var(--indigo)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0;font-size:14px}dt{color:var(--ink3)}dd{margin:0;overflow-wrap:anywhere}
`;

/** A whole document. */
export function renderPage(page: Page): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${page.title} · Sandbox</title><style>${raw(STYLE)}</style></head>
<body><header class="band">Sandbox — no real money, no real mail</header>
<main class="${page.width ?? 'narrow'}">${page.body}</main></body></html>`.markup;
}

/** Headers of every page: no script at all; forms go back here or on to `formTargets` (redirects count as targets). */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const targets = ["'self'", ...formTargets.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin)];
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https: http:; frame-src 'self'; form-action ${[...new Set(targets)].join(' ')}; base-uri 'none'; frame-ancestors 'self'`,
  };
}
