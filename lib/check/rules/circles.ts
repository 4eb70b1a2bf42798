type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * Numbers the circles of a graph: two places have the same number where each leads to the other. A place in no circle has a number
 * of its own, and what isn't a key of the graph has none. Takes time in proportion to the size of the graph, and no recursion
 * (Kosaraju's algorithm for strongly connected components).
 */
export function circlesOf(graph: Graph): ReadonlyMap<string, number> {
  const before = reversed(graph);
  const circles = new Map<string, number>();
  for (const start of inOrderOfEnd(graph).reverse()) {
    if (circles.has(start)) continue;
    const circle = circles.size;
    const open = [start];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (circles.has(place)) continue;
      circles.set(place, circle);
      for (const previous of before.get(place) ?? []) open.push(previous);
    }
  }
  return circles;
}

function reversed(graph: Graph): Graph {
  const all = new Map<string, string[]>();
  for (const [place, list] of graph)
    for (const next of list) {
      const known = all.get(next);
      if (known) known.push(place);
      else all.set(next, [place]);
    }
  return all;
}

/** The keys of a graph, each after all that it leads to, but for those that lead back to it. */
function inOrderOfEnd(graph: Graph): string[] {
  const [seen, ended] = [new Set<string>(), [] as string[]];
  for (const start of graph.keys()) {
    const open: { readonly place: string; readonly rest: Iterator<string> }[] = [];
    const enter = (place: string) => {
      const list = seen.has(place) ? undefined : graph.get(place);
      if (list) open.push({ place, rest: list.values() });
      seen.add(place);
    };
    enter(start);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.rest.next();
      if (!next.done) enter(next.value);
      else {
        ended.push(top.place);
        open.pop();
      }
    }
  }
  return ended;
}
