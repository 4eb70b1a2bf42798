/* Runs in the page that `slipway board` writes: draws the table, filters it, and opens an app. */
const { environments, apps } = JSON.parse(document.getElementById("data").textContent);
const table = document.querySelector("#board tbody");
const [search, only, count] = ["search", "only", "count"].map((id) => document.getElementById(id));
const dialog = document.querySelector("dialog");

/** An element with attributes, and text or elements in it. Text is never read as markup. */
function element(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function ageOf(time) {
  const hours = (Date.now() - Date.parse(time)) / 3_600_000;
  return hours < 48 ? `${Math.max(0, Math.round(hours))} h` : `${Math.round(hours / 24)} d`;
}

function cellOf(cell) {
  if (!cell) return element("td", { class: "none" }, "-");
  const marks = [
    cell.since ? element("span", { class: "soft", title: `since ${cell.since}` }, ageOf(cell.since)) : "",
    cell.behind ? element("span", { class: "mark behind" }, `not as ${cell.behind}`) : "",
    cell.hold
      ? element("span", { class: "mark hold", title: cell.hold.reason ?? "" }, `held${cell.hold.by ? ` by ${cell.hold.by}` : ""}`)
      : "",
    cell.errors ? element("span", { class: "mark error" }, `${cell.errors} error${cell.errors === 1 ? "" : "s"}`) : "",
    cell.warnings ? element("span", { class: "mark warning" }, `${cell.warnings} warning${cell.warnings === 1 ? "" : "s"}`) : "",
  ];
  return element(
    "td",
    {},
    element("code", { title: cell.image }, cell.version || "no image"),
    ...marks.flatMap((mark) => (mark ? [" ", mark] : [])),
  );
}

const rows = apps.map((app) => {
  const open = element("button", { type: "button", class: "app" }, app.name);
  open.addEventListener("click", () => show(app, open));
  const row = element(
    "tr",
    {},
    element("th", { scope: "row", class: "first" }, open),
    ...environments.map(({ name }) => cellOf(app.cells[name])),
  );
  const cells = Object.values(app.cells);
  const words = [app.name, ...cells.map(({ image }) => image)].join(" ").toLowerCase();
  const states = {
    behind: cells.some(({ behind }) => behind),
    held: cells.some(({ hold }) => hold),
    findings: cells.some(({ errors, warnings }) => errors + warnings > 0),
  };
  return { row, open, words, states };
});
table.append(...rows.map(({ row }) => row));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, words: text, states } of rows) {
    row.hidden = !words.every((word) => text.includes(word)) || (only.value !== "" && !states[only.value]);
    if (!row.hidden) shown++;
  }
  count.textContent = `${shown} of ${rows.length} apps`;
}
search.addEventListener("input", filter);
only.addEventListener("input", filter);
filter();

addEventListener("keydown", (event) => {
  if (dialog.open) return;
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const visible = rows.filter(({ row }) => !row.hidden).map(({ open }) => open);
  const at = visible.indexOf(document.activeElement);
  const next = visible[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next && document.activeElement !== only) {
    event.preventDefault();
    next.focus();
  }
});

/** Opens an app: how it hangs together in an environment, and the values that differ. */
function show(app, from) {
  const names = environments.map(({ name }) => name).filter((name) => app.cells[name]);
  const drawing = element("div", { class: "scroll" });
  const choose = element("select", { "aria-label": "environment" }, ...names.map((name) => element("option", {}, name)));
  const draw = () => drawing.replaceChildren(drawingOf(app.topologies[app.cells[choose.value].topology]));
  choose.value = names.at(-1);
  choose.addEventListener("input", draw);
  draw();
  const close = element("button", { type: "button" }, "Close");
  close.addEventListener("click", () => dialog.close());
  const head = element("tr", {}, element("th", { scope: "col" }, "value"), ...names.map((name) => element("th", { scope: "col" }, name)));
  const values = app.values.map(({ path, values: own }) =>
    element("tr", {}, element("th", { scope: "row" }, path), ...names.map((name) => element("td", {}, own[name] ?? "-"))),
  );
  dialog.replaceChildren(
    element("header", {}, element("h2", { id: "title" }, app.name), choose, close),
    drawing,
    element("h3", {}, "Values that differ between environments"),
    values.length > 0
      ? element(
          "div",
          { class: "scroll" },
          element("table", { class: "values" }, element("thead", {}, head), element("tbody", {}, ...values)),
        )
      : element("p", {}, "None."),
  );
  dialog.addEventListener("close", () => from.focus(), { once: true });
  dialog.showModal();
}

const [width, height, gapX, gapY] = [190, 44, 50, 14];

/** Boxes in columns from the routes to what the pods read, with a line for each reference. */
function drawingOf({ nodes, edges }) {
  const columns = [...new Set(nodes.map(({ column }) => column))].sort();
  const filled = new Map();
  const places = nodes.map(({ column }) => {
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return [columns.indexOf(column) * (width + gapX) + 1, row * (height + gapY) + 1];
  });
  const svg = (name, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const total = [columns.length * (width + gapX), Math.max(1, ...filled.values()) * (height + gapY) + 2];
  const lines = edges.map(([from, to]) => {
    const [[x, y], [toX, toY]] = [places[from], places[to]];
    const [start, end] = [x + width, toX];
    const middle = (start + end) / 2;
    return svg("path", {
      d: `M${start},${y + height / 2}C${middle},${y + height / 2} ${middle},${toY + height / 2} ${end},${toY + height / 2}`,
    });
  });
  const boxes = nodes.map(({ kind, name }, index) => {
    const [x, y] = places[index];
    const short = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    return svg(
      "g",
      { class: `node ${kind}` },
      svg("title", {}, `${kind} ${name}`),
      svg("rect", { x, y, width, height, rx: 6 }),
      svg("text", { x: x + 10, y: y + 17, class: "kind" }, kind),
      svg("text", { x: x + 10, y: y + 35 }, short),
    );
  });
  return svg("svg", { width: total[0], height: total[1], role: "img", "aria-label": words({ nodes, edges }) }, ...lines, ...boxes);
}

/** The drawing in words, for those who don't see it. */
function words({ nodes, edges }) {
  const name = (index) => `${nodes[index].kind} ${nodes[index].name}`;
  return edges.length > 0
    ? edges.map(([from, to]) => `${name(from)} to ${name(to)}`).join(", ")
    : nodes.map((_name, index) => name(index)).join(", ");
}
