import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A command line to run: the folder and environment it runs in, and its arguments. */
export interface Call {
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder that all tests of this run share until its end, and which of its workers this one is. */
export function testRun(): { readonly folder: string; readonly worker: string } {
  const { SLIPWAY_TEST_RUN: folder, JEST_WORKER_ID: worker = "1" } = process.env;
  if (folder === undefined) throw new Error("SLIPWAY_TEST_RUN isn't set: globalSetup in Jest's configuration sets it");
  return { folder, worker };
}

/** Runs a command line in this worker's command server, and waits for its end. */
export function callServer(call: Call): Answer {
  const { folder, worker } = testRun();
  const [calls, answers] = ["calls", "answers"].map((name) => join(folder, `${worker}.${name}`)) as [string, string];
  writeFileSync(calls, JSON.stringify(call));
  return JSON.parse(readFileSync(answers, "utf8")) as Answer;
}
