import type { Cluster } from "./cluster.ts";

/** Stands, in a cluster of tests, for a controller: does its work again and again, whatever a round came to. */
export abstract class StandIn {
  protected readonly cluster: Cluster;
  readonly #pause: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param pause milliseconds between two rounds */
  constructor(cluster: Cluster, pause: number) {
    this.cluster = cluster;
    this.#pause = pause;
  }

  start(): void {
    const round = async () => {
      await this.work().catch(() => undefined);
      if (this.#timer) this.#timer = setTimeout(round, this.#pause);
    };
    this.#timer = setTimeout(round, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** One round. */
  protected abstract work(): Promise<unknown>;

  protected async list<T>(path: string): Promise<T[]> {
    const { body } = await this.cluster.ask("GET", path);
    return (body as { items?: T[] }).items ?? [];
  }
}
