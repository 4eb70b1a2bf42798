export declare function privateCache(name: string): string | undefined;
