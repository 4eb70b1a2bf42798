/** What an upgrade of Kubernetes means for manifests: what its new version refuses, takes, fills in and warns of, and which pods are replaced. */

export type { UpgradeSide } from "./differences.ts";
export { editText } from "./edit.ts";
export { unintendedChange } from "./renderings.ts";
export { writeUpgrade } from "./report/index.ts";
export { reviewUpgrade } from "./review-upgrade.ts";
export type { LeftMove, Upgrade, UpgradeChange, WrittenMove } from "./upgrade.ts";
