import { itemsOf, membersOf } from "../read.ts";
import type { CheckedManifest } from "../scope.ts";

/** A place that a VirtualService sends requests to. */
interface Destination {
  readonly destination: unknown;
  readonly path: string;
}

/** Where a VirtualService sends requests, with the paths. */
export function* destinationsOf({ object }: CheckedManifest): Generator<Destination> {
  const spec = membersOf(object.spec);
  for (const protocol of ["http", "tcp", "tls"])
    for (const [index, entry] of itemsOf(spec[protocol]).entries()) {
      const path = `spec.${protocol}[${index}]`;
      const { route, mirror, mirrors } = membersOf(entry);
      if (mirror !== undefined) yield { destination: mirror, path: `${path}.mirror` };
      for (const [list, targets] of Object.entries({ route, mirrors }))
        for (const [place, target] of itemsOf(targets).entries())
          yield { destination: membersOf(target).destination, path: `${path}.${list}[${place}].destination` };
    }
}
