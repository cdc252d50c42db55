// The words after `--` of an npm script, read strictly: --help prints the usage and ends, what is not known is answered with
// what is, and exit code 2.
import { parseArgs } from "node:util";

/**
 * @param {{ usage: string, options?: import("node:util").ParseArgsOptionsConfig, noun?: string, names?: readonly string[] }} known
 *   `noun` and `names`: what may be chosen by name, in the words of the usage; without them there is nothing to choose
 */
export function readArguments({ usage, options = {}, noun, names = [] }) {
  const help = names.length === 0 ? usage : `${usage}\n\n${noun}s: ${names.join(", ")}`;
  try {
    const { values, positionals } = parseArgs({
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: names.length > 0,
    });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    const strangers = positionals.filter((name) => !names.includes(name));
    if (strangers.length > 0) throw new Error(`There is no ${noun.toLowerCase()} ${strangers.join(", ")}.`);
    return { values, names: positionals.length > 0 ? [...new Set(positionals)] : names };
  } catch (error) {
    // Node goes on with advice for values that begin with a dash.
    const [sentence] = error.message.split(/(?<=\.) To specify/);
    refuse(sentence, help);
  }
}

export function refuse(sentence, usage) {
  console.error(`${sentence}\n\n${usage}`);
  process.exit(2);
}
