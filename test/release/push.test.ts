import { GitError } from "../../lib/git/index.ts";
import { isAnswered, refusalOf } from "../../lib/release/push.ts";

const rejection = (words: string) =>
  `To ssh://git.example/shop.git\n ! [remote rejected] main -> main (${words})\nerror: failed to push some refs`;

/** What git says, what comes of it, and whether it is known that the push wasn't carried out. */
const cases: readonly (readonly [said: string, next: string, isAnswered: boolean])[] = [
  [" ! [rejected]        main -> main (stale info)", "retry", true],
  [" ! [rejected]        main -> main (fetch first)", "retry", true],
  [rejection("cannot lock ref 'refs/heads/main'"), "retry", true],
  [`remote: not found, 403, protected branch\n${rejection("incorrect old value provided")}`, "retry", true],
  [rejection("pre-receive hook declined"), "refuse", true],
  [`remote: GitLab: You are not allowed to push code to protected branches\n${rejection("pre-receive hook declined")}`, "refuse", true],
  ["fatal: Authentication failed for 'https://git.example/shop.git/'", "refuse", true],
  ["remote: ERROR: You are not allowed to push code to this project.\nfatal: Could not read from remote repository.", "refuse", true],
  ["remote: The project you were looking for could not be found.\nfatal: Could not read from remote repository.", "refuse", true],
  ["git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.", "refuse", true],
  ["error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403\nsend-pack: unexpected disconnect", "refuse", true],
  ["error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\nfatal: the remote end hung up unexpectedly", "refuse", true],
  ["fatal: the receiving end does not support push options", "refuse", true],
  ["fatal: transport 'ext' not allowed", "refuse", true],
  ["fatal: couldn't find remote ref refs/heads/nowhere", "refuse", true],
  ["fatal: unable to access 'https://git.example/': Could not resolve host: git.example", "retry", true],
  ["fatal: unable to connect to git.example:\ngit.example[0]: errno=Connection refused", "retry", true],
  ["error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up unexpectedly", "retry", false],
  ["error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429", "retry", false],
  ["fatal: the remote end hung up unexpectedly", "retry", false],
  ["remote: Permission denied to the printer, not found\nfatal: the remote end hung up unexpectedly", "retry", false],
  ["something that nobody has heard of", "unexplained", false],
];

test.each(cases)("%s", (said, next, answered) => {
  const error = new GitError(["push"], said);
  expect([refusalOf(error).next, isAnswered(error)]).toEqual([next, answered]);
});

test("a server that is silent isn't known to have done anything", () => {
  const error = new GitError(["push"], "git push said nothing for 120 s and was ended", true);
  expect([refusalOf(error).next, isAnswered(error)]).toEqual(["unexplained", false]);
});

test("no part of a password is in what git is quoted with", () => {
  for (const password of ["secret", "p@ssw0rd", `${"x".repeat(5000)}@y`]) {
    const { message, stderr } = new GitError(["fetch"], `fatal: unable to access 'https://user:${password}@git.example/shop.git/'`);
    expect(message + stderr).toContain("https://git.example/shop.git/");
    expect(message + stderr).not.toMatch(/secret|ssw0rd|xx|user/);
  }
});
