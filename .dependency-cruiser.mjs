/** The rooms of lib/ and the one way imports go between them. */
const room = (name) => `^lib/${name}/`;
/** Each room, and the rooms it may import from; every room is entered through its index. */
const rooms = {
  outside: [],
  problem: ["outside"],
  overlay: ["outside", "problem"],
  manifest: ["outside", "problem"],
  git: ["problem"],
  project: ["outside", "problem", "overlay", "manifest"],
  check: ["outside", "problem", "manifest"],
  page: ["outside"],
  review: ["outside", "problem", "manifest", "git", "check", "page"],
  board: ["outside", "problem", "manifest", "git", "check", "page", "review"],
  kubernetes: ["problem", "overlay"],
  argocd: ["overlay"],
  synth: ["outside", "problem", "overlay", "project", "manifest", "check", "kubernetes", "argocd"],
  release: ["outside", "problem", "overlay", "project", "manifest", "git", "check", "review", "synth"],
  aws: ["problem", "overlay", "project", "manifest", "kubernetes", "synth"],
  testing: ["problem", "overlay", "project", "manifest", "synth"],
  init: ["problem"],
  cli: ["outside", "problem", "overlay", "project", "manifest", "git", "check", "review", "board", "release", "synth", "init"],
};

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      comment: "A cycle has no bottom to start reading at. The model's types and those of its one function do form one.",
      from: { pathNot: "^lib/overlay/(extend|model).ts$" },
      to: { circular: true },
    },
    { name: "not-to-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-orphan-room",
      severity: "error",
      comment: "A new folder of lib/ is a room: say here what it may import.",
      from: { path: "^lib/(?!index\\.ts)", pathNot: Object.keys(rooms).map(room) },
      to: {},
    },
    ...Object.entries(rooms).map(([name, allowed]) => ({
      name: `${name}-imports-its-own-floor`,
      severity: "error",
      from: { path: room(name) },
      to: { path: "^lib/", pathNot: [room(name), ...allowed.map(room)] },
    })),
    {
      name: "rooms-by-their-index",
      severity: "error",
      comment: "No room reaches into another's files.",
      from: { path: "^lib/([^/]+)/" },
      to: { path: "^lib/[^/]+/(?!index\\.ts$)", pathNot: "^lib/$1/" },
    },
    {
      name: "public-api-only",
      severity: "error",
      comment: "An overlay imports what any other repository could.",
      from: { path: ["^overlays/", "^main\\.ts$", "^aws\\.ts$"] },
      to: { path: "^lib/", pathNot: ["^lib/index\\.ts$", "^lib/(aws|testing)/index\\.ts$"] },
    },
    {
      name: "kubernetes-without-aws",
      severity: "error",
      from: { path: "^lib/(?!aws/)" },
      to: { path: "node_modules/(aws-cdk-lib|cdk-nag)" },
    },
    { name: "kubernetes-without-gateway", severity: "error", from: { path: "^lib/(?!aws/|testing/)" }, to: { path: "^lib/aws/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^lib/init/template/" },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
