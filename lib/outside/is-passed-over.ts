/** Whether a file or folder is a tool's own, by its name: hidden ones, and installed packages. Nothing in them is read. */
export const isPassedOver = (name: string) => name.startsWith(".") || name === "node_modules";
