import { own } from "../outside/index.ts";
import type { Selector } from "./kinds.ts";

type Labels = Readonly<Record<string, string>>;

/** True when labels hold all of these. */
const hasLabels = (labels: Labels, wanted: Labels) => Object.entries(wanted).every(([key, value]) => own(labels, key) === value);

/** Whether a label selector fits: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    hasLabels(labels, matchLabels) &&
    matchExpressions.every(({ key = "", operator, values = [] }) => {
      const value = own(labels, key);
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

/** True for a selector that says nothing, which fits everything. */
export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: Selector) =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
