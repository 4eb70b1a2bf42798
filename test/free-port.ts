import { createServer } from "node:net";

/** Below the ports that the kernel gives to whoever connects: one of those could be taken before a server listens on it. */
const [least, most] = [12_000, 32_000];

/** A port of loopback that nobody listens on just now. */
export function freePort(): Promise<number> {
  const port = least + Math.floor(Math.random() * (most - least));
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(freePort()) : reject(error)));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}
