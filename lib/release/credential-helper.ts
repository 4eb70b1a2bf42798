import { type ExecFileException, execFile } from "node:child_process";
import { isRecord, own } from "../outside/index.ts";
import { Refused } from "./refused.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Milliseconds a helper may take, and bytes it may print. */
const longest = 15_000;
const mostBytes = 1024 * 1024;

/**
 * Asks one of Docker's credential helpers: https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol
 * @param name as `ecr-login`
 * @returns undefined where it knows no password for the host, or isn't installed
 * @throws Refused for a helper that takes too long, prints without end, or prints something else; what it printed is quoted by nobody
 */
export function askHelper(name: string, host: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const refused = (what: string) => new Refused(`the credential helper ${program} ${what}: run it by hand, or use --no-resolve.`);
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      ["get"],
      { timeout: longest, killSignal: "SIGKILL", maxBuffer: mostBytes, env: process.env },
      (error, stdout) => {
        clearTimeout(timer);
        try {
          resolve(error ? withoutAnswer(error, refused) : credentialsIn(stdout, refused));
        } catch (refusal) {
          reject(refusal);
        }
      },
    );
    // What a helper started may outlive it, and hold its output open.
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(refused(`took longer than ${longest / 1000} seconds`));
    }, longest + 1000);
    child.stdin?.on("error", () => {});
    child.stdin?.end(host);
  });
}

/** What a helper's failure means: it knows no password, or isn't installed. @throws Refused for one that was stopped */
function withoutAnswer(error: ExecFileException, refused: (what: string) => Refused): undefined {
  if (error.killed) throw refused(`took longer than ${longest / 1000} seconds, or printed more than ${mostBytes} bytes`);
  if (String(error.code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") throw refused(`printed more than ${mostBytes} bytes`);
  return undefined;
}

/** @throws Refused for what isn't an answer of the protocol */
function credentialsIn(stdout: string, refused: (what: string) => Refused): Credentials | undefined {
  const answer = objectIn(stdout);
  if (!answer) throw refused("printed something other than JSON with Username and Secret");
  const [user, password] = [own(answer, "Username"), own(answer, "Secret")];
  return typeof user === "string" && typeof password === "string" && user && password ? { user, password } : undefined;
}

/** The object a text of JSON holds; undefined for any other text. */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
