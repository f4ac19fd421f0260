// Node names its main thread, and with it the process; what it is called depends on its version.
const NODE = /^(node|MainThread|node-MainThread)$/;
const SCRIPT = /^[\w./@+\\: -]{1,200}$/;
const WITH_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
]);
const CODE = new Set(['-e', '--eval', '-p', '--print', '-pe']);

/**
 * What a process is counted under: its command name, and for Node the script as well (`node server.js`), because
 * on a machine of services every other process is called node. Arguments stay out: they may hold secrets.
 */
export function processName(command: string, readCommandLine: () => string | null): string {
  if (!NODE.test(command)) return command;
  const words = (readCommandLine() ?? '').split('\0');
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    if (CODE.has(word)) break;
    if (WITH_VALUE.has(word)) i++;
    else if (!word.startsWith('-')) {
      const script = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1);
      return SCRIPT.test(script) ? `node ${script}` : 'node';
    }
  }
  return 'node';
}
