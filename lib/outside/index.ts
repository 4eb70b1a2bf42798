/**
 * What comes from outside: files, names, patterns and text, which anybody may have written. Here they are read within bounds, looked up
 * and matched so that no input takes forever, and shown so that nothing in them acts on what shows them.
 */
export { errorCode, errorMessage } from "./error-code.ts";
export { fitsGlob } from "./glob.ts";
export { hidden } from "./hidden.ts";
export { escaped } from "./html.ts";
export { isDeeper } from "./is-deeper.ts";
export { isPassedOver } from "./is-passed-over.ts";
export { isRecord } from "./is-record.ts";
export { toJson } from "./json.ts";
export { markdownBlock, markdownCode, markdownHtml, markdownText } from "./markdown.ts";
export { itemsOf, membersOf, recordsOf, textOf } from "./members.ts";
export { omit } from "./omit.ts";
export { own } from "./own.ts";
export { fitsPattern } from "./pattern.ts";
export { decodeText, readStandardInput, readText, UnreadableError } from "./read-text.ts";
export { linesForTerminal, painted, paintedLines, seen } from "./terminal.ts";
export { withoutEndSlashes } from "./without-end-slashes.ts";
export { hasComments, yamlDocument, yamlDocuments } from "./yaml.ts";
export { quotedLine, syntaxMessage, syntaxProblem } from "./yaml-message.ts";
