/** A name without the hash that a generator of kustomize adds to it, https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go */
export const withoutHash = (name: string): string => name.replace(/-[bcdfghkmt2456789]{10}$/, "");
