/** How names of configuration in files of the API server end: https://kep.k8s.io/5793 */
export const staticName = ".static.k8s.io";

/** The minor version from which the API server refuses such names; the one before warns of them. */
export const reservesNames = 37;
