import { escaped } from "../outside/index.ts";

export interface PageParts {
  readonly title: string;
  /** Style and script of this page, beside what all pages have. */
  readonly style: string;
  readonly script: string;
  readonly body: string;
  /** Data the script reads from the element `data`. */
  readonly data?: unknown;
}

/** A page that needs nothing beside it, and can't ask for anything: no network, light and dark, from a phone's width on. */
export function page({ title, style, script, body, data }: PageParts): string {
  // A "<" could end the element that holds the data.
  const json =
    data === undefined ? "" : `<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${base}${style}</style>
</head>
<body>
<main>
${body}
</main>
${json}<script>${script}</script>
</body>
</html>
`;
}

const base = `
:root{color-scheme:light dark;--line:light-dark(#d0d7de,#3d444d);--soft:light-dark(#59636e,#9198a1);--back:light-dark(#fff,#0d1117);--raised:light-dark(#f6f8fa,#151b23);
--blue:light-dark(#0550ae,#79c0ff);--green:light-dark(#116329,#56d364);--orange:light-dark(#953800,#ffa657);--red:light-dark(#a40e26,#ff7b72)}
*{box-sizing:border-box}[hidden]{display:none!important}
body{font:15px/1.5 system-ui,sans-serif;margin:0;background:var(--back)}main{max-width:76rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.05rem;margin:.8rem 0 .3rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{border-top:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
input,select,button{font:inherit;padding:.3rem .5rem;max-width:100%}
:focus-visible{outline:2px solid var(--blue);outline-offset:1px}
`;
