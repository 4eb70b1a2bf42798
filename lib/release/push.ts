import type { GitError } from "../git/index.ts";
import type { Outcome } from "./outcome.ts";

/** A push that was sent, and the outcome if the server carried it out. */
export interface Push {
  readonly outcome: Outcome & { readonly commit: string };
  /** Whether nobody knows what the server did: it is under way, or the connection ended first. */
  isUnanswered: boolean;
}

/** What a failure of git asks for: another try on the new head, a few more tries since nobody knows, or a person. */
export type Refusal =
  | { readonly next: "retry" }
  | { readonly next: "unexplained" }
  | { readonly next: "refuse"; readonly message: string; readonly fix: string };

/** What git and its servers say when somebody was first: https://git-scm.com/docs/git-push#_note_about_fast_forwards; GitLab adds the last ones. */
const raced =
  /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|incorrect old value provided|reference already exists|remote ref updated since checkout/;
/** The line on which git says what became of a branch. */
const rejected = /^ ?! \[(?:remote )?rejected\] .*$/m;
/** A server that can't be reached just now. */
const unreachable =
  /Could not resolve host|Connection (refused|reset|timed out)|Couldn't connect|Failed to connect|unexpected disconnect|hung up unexpectedly|early EOF|RPC failed|HTTP (429|5\d\d)|returned error: (429|5\d\d)|Broken pipe|Operation timed out|Empty reply/i;

const reasons: readonly (readonly [pattern: RegExp, message: string, fix: string])[] = [
  [
    /protected branch|GH013|repository rule violations/i,
    "the branch is protected",
    "Use --merge-request (GitLab) or --pull-request (GitHub), or let this user push to the branch.",
  ],
  [
    /pre-receive hook declined|hook declined|GL-HOOK-ERR/i,
    "a hook of the server refuses the push",
    "Fix what the hook says above, or ask whoever keeps the repository.",
  ],
  [
    /Authentication failed|could not read (Username|Password)|HTTP Basic: Access denied|Permission denied|returned error: 401/i,
    "the server doesn't accept the credentials, or there are none",
    "Give git a token that may write to the repository, by a credential helper or GIT_ASKPASS.",
  ],
  [
    /returned error: 403|not allowed to push|You are not allowed/i,
    "this user may not push",
    "Let it write to the repository, or use another token.",
  ],
  [
    /receiving end does not support push options/i,
    "this server takes no push options, by which a merge request is opened",
    "Use --pull-request in place of --merge-request; a bare repository takes them with git config receive.advertisePushOptions true.",
  ],
  [
    /transport '.*' not allowed|Unable to find remote helper/i,
    "git doesn't speak to such an address",
    "Use an https, ssh or file address: git remote -v shows what the remote has.",
  ],
  [/couldn't find remote ref/i, "the remote has no such branch", "Name the branch that Argo CD follows with --branch."],
  [
    /returned error: 413|HTTP 413/i,
    "the server, or a proxy before it, takes no push of this size",
    "Have its limit for the body of a request raised, or push by ssh.",
  ],
  [
    /returned error: 404|not found|could not be found|does not appear to be a git repository/i,
    "the repository isn't there, or this user may not see it",
    "Look at the address: git remote -v.",
  ],
];

/** Failures before anything is sent. */
const notSent = /Could not resolve host|Connection refused|Couldn't connect|Failed to connect|SSL certificate|certificate verif/i;

/** Whether it is known that a push wasn't carried out: the server said so, or git never came to send it. */
export const isAnswered = (error: GitError) =>
  rejected.test(error.stderr) || notSent.test(error.stderr) || refusalOf(error).next === "refuse";

/** What a server answers that doesn't let us in at all; its words explain it then. */
const notLetIn = /Could not read from remote repository|returned error: 4(?!08|29)\d\d|HTTP 4(?!08|29)\d\d|Authentication failed/i;

/** Decides by what git said whether a push, or a fetch, is worth another try. */
export function refusalOf({ stderr, isTimeout }: GitError): Refusal {
  const line = rejected.exec(stderr)?.[0];
  if (line !== undefined && raced.test(line)) return { next: "retry" };
  if (isTimeout) return { next: "unexplained" };
  // What a server or a hook says besides may hold any words: it explains a push that was refused, and nothing else.
  const isRefused = line !== undefined || notLetIn.test(stderr);
  const said = isRefused ? stderr : stderr.replace(/^remote: .*$/gm, "");
  const known = reasons.find(([pattern]) => pattern.test(said));
  const refusal: Refusal = known ? { next: "refuse", message: `${known[1]}:\n${stderr}`, fix: known[2] } : { next: "unexplained" };
  if (isRefused) return refusal;
  return unreachable.test(said) || raced.test(said) ? { next: "retry" } : refusal;
}
