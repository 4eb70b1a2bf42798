export default () => globalThis.stopCommandServers();
