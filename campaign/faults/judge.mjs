// What the cloud and the state must be after a case, judged from their raw JSON with no code of the provider.

/** What is wrong, in words; empty where cloud, state and program agree. */
export function disagreements({ id, wanted, cloud, stored, foreign }) {
  const found = [];
  const same = (what, is, should) => {
    if (JSON.stringify(is) !== JSON.stringify(should))
      found.push(`${what} is ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
  };
  if (wanted === undefined) {
    if (cloud !== undefined) found.push("the cloud still holds it");
    if (stored !== undefined) found.push("the state still holds it");
    return found;
  }
  if (cloud === undefined) found.push("the cloud has no such export");
  if (stored === undefined) found.push("the state has no such export");
  if (cloud === undefined || stored === undefined) return found;
  same("the id in state", stored.id, id);
  const fields = { ...wanted, ...foreign };
  for (const field of ["exportDescription", "format", "partitionData", "compressionMode"]) {
    if (fields[field] !== undefined) same(`${field} in the cloud`, cloud.properties[field], fields[field]);
    if (wanted[field] !== undefined) same(`${field} in state`, stored.outputs[field], wanted[field]);
  }
  const path = ({ deliveryInfo }) => deliveryInfo.destination.rootFolderPath;
  same("rootFolderPath in the cloud", path(cloud.properties), path(wanted));
  same("rootFolderPath in state", path(stored.outputs), path(wanted));
  same("the eTag in state", stored.outputs.eTag, cloud.eTag);
  if (stored.outputs.unfinished !== undefined) found.push("the state says that it is unfinished");
  if (stored.initErrors !== undefined) found.push("the state holds errors of initialisation");
  return found;
}

/**
 * What the CLI said of a resource: a map of its name to the text of all its diagnostics. Names of cases have one width, so
 * none is part of another.
 */
export function diagnosticsOf({ stdout, stderr }) {
  const blocks = new Map();
  let name;
  for (const line of `${stdout}\n${stderr}`.split("\n")) {
    const head = /^ {2}\S+ \(([^)]+)\):$/.exec(line);
    if (head !== null) name = head[1];
    else if (!line.startsWith("    ") && line.trim() !== "") name = undefined;
    else if (name !== undefined) blocks.set(name, `${blocks.get(name) ?? ""}${line.trim()}\n`);
  }
  return blocks;
}

/** Why an error is not clear: it must name the export, the cause and the cure. */
export function unclear(text, exportName) {
  const lacks = [];
  if (!text.includes(exportName)) lacks.push("the export");
  if (!cause.test(text)) lacks.push("the cause");
  if (!cure.test(text)) lacks.push("the cure");
  if (/\bat \S+ \(.*:\d+:\d+\)/.test(text)) lacks.push("and shows a stack");
  return lacks.length === 0 ? undefined : `the message lacks ${lacks.join(", ")}: ${text}`;
}

const cause =
  /HTTP \d{3}|got no answer|no complete answer|cut off|cannot be used|time limit|changed the export|exists already|something that is no export|still shows|No token|found nothing|could not be sent|could not be discovered/;
const cure =
  /(^|[.:;,*] |\n)(Run|run|Set|set|Look|look|Give|raise|Choose|Sign in|Assign|The quota is used up\. Run|to take it over|put )/;
