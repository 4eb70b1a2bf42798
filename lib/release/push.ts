/** What a refused push asks for: another try on the new head, or a person. */
export type Refusal = { readonly again: true } | { readonly again: false; readonly message: string; readonly mend: string };

/** What git and its servers say when somebody was first: https://git-scm.com/docs/git-push#_note_about_fast_forwards; GitLab adds the last ones. */
const raced = [
  "fetch first",
  "non-fast-forward",
  "stale info",
  "cannot lock ref",
  "failed to update ref",
  "incorrect old value provided",
  "reference already exists",
  "remote ref updated since checkout",
];
/** A server that can't be reached just now. */
const unreachable =
  /Could not resolve host|Connection (refused|reset|timed out)|Couldn't connect|Failed to connect|unexpected disconnect|hung up unexpectedly|early EOF|RPC failed|HTTP (429|5\d\d)|returned error: (429|5\d\d)|Broken pipe|Operation timed out|Empty reply/i;

const reasons: readonly (readonly [RegExp, string, string])[] = [
  [
    /pre-receive hook declined|hook declined|GL-HOOK-ERR/i,
    "a hook of the server refuses the push",
    "What the hook says stands above; mend that, or ask who keeps the repository.",
  ],
  [
    /protected branch/i,
    "the branch is protected",
    "Use --merge-request, or let this user push to the branch (GitLab: Settings, Repository, Protected branches).",
  ],
  [
    /Authentication failed|could not read (Username|Password)|HTTP Basic: Access denied|Permission denied|returned error: 401/i,
    "git isn't let in",
    "Give it a token that may write to the repository, by a credential helper or GIT_ASKPASS.",
  ],
  [
    /returned error: 403|not allowed to push|You are not allowed/i,
    "this user may not push",
    "Let it write to the repository, or use another token.",
  ],
  [
    /returned error: 404|not found|does not appear to be a git repository/i,
    "the repository isn't there, or this user may not see it",
    "Look at the address: git remote -v.",
  ],
];

/** Tells by what git said whether a push, or fetch, is worth another try. */
export function refusalOf(stderr: string): Refusal {
  const known = reasons.find(([pattern]) => pattern.test(stderr));
  if (known) return { again: false, message: `${known[1]}:\n${stderr}`, mend: known[2] };
  if (raced.some((words) => stderr.includes(words)) || unreachable.test(stderr)) return { again: true };
  return { again: false, message: `git failed:\n${stderr}`, mend: "Mend what git says, and run it again." };
}
