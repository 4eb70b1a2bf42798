import { type Changing, immutable, inPlace, kindImpact, type Verdict } from "../impact.ts";

const isImmutable = ({ before }: Changing) => before.immutable === true;

/** What readers of changed data do is added by reading.ts, which knows them. */
function data(changing: Changing): Verdict {
  if (isImmutable(changing)) return immutable(`the data of a ${changing.after.kind} that is immutable`);
  return inPlace("its readers see it in their own time");
}

const flag = (changing: Changing): Verdict =>
  isImmutable(changing) ? immutable(`immutable, once it is true,`) : inPlace("from now on its data can't be changed");

export const configMap = kindImpact(["ConfigMap"], {
  fields: [
    ["data", data],
    ["binaryData", data],
    ["immutable", flag],
  ],
});

export const secret = kindImpact(["Secret"], {
  fields: [
    ["type", immutable("a Secret's type")],
    ["data", data],
    ["immutable", flag],
  ],
});

/** Where an ExternalSecret's values come from changes the Secret it makes, some time after the sync. */
export const externalSecret = kindImpact(["external-secrets.io/ExternalSecret"], {
  fields: [
    ["spec.target.name", inPlace("the operator creates another Secret and drops the old one")],
    ["spec.refreshInterval", inPlace("the operator reads the store more or less often")],
    ["spec", inPlace("the operator rewrites the Secret from the store")],
  ],
  removed: () => ({ impact: "deletion", reason: "the Secret it created is deleted with it, unless its creationPolicy is Orphan" }),
});
