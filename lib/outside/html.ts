import { seen } from "./terminal.ts";

/** Text from outside in HTML, between tags or in an attribute: nothing of it is markup. */
export const escaped = (text: string) =>
  seen(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
