// Runs an example as a user would, with the real Pulumi CLI against an emulator of its own: up, a change and its preview,
// a preview that must be clean, destroy. Used by `npm run examples` and by the engine tests (CommonJS, because Jest loads it).
const { join } = require("node:path");
const { openStack } = require("../stack.cjs");
const { installAzureNative } = require("../../tests/support/install-azure-native.cjs");
const { cases, costsOf, storageAccount } = require("./cases.cjs");

const root = join(__dirname, "../..");

/**
 * @param {string} name
 * @param {{ bin: string, startEmulator: (options?: object) => Promise<object> }} tools the CLI's folder, and the emulator
 * @returns {Promise<import("./run.cjs").ExampleResult>}
 */
async function runExample(name, { bin, startEmulator }) {
  const example = cases.find((one) => one.name === name);
  if (example === undefined) throw new Error(`There is no example "${name}". There are: ${exampleNames().join(", ")}.`);
  const began = Date.now();
  const emulator = await startEmulator({ subscriptions: [costsOf], ...example.emulator });
  // Registrations and runs end when the emulator's time passes.
  const time = setInterval(() => emulator.control.clock.advance(60_000), 200);
  const result = { name, up: false, change: false, cleanPreview: false, destroy: false, problems: [], seconds: 0 };
  let stack;
  try {
    stack = await openStack({
      bin,
      cwd: join(root, "examples", name),
      // `npm run check` has seen the types; the waits between attempts are those of the service.
      environment: {
        ...emulator.environment,
        AZURE_COST_EXPORTS_MIN_RETRY_DELAY: "50",
        PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      },
    });
    if (example.azureNative === true) installAzureNative(stack);
    await prepare(example, stack, emulator);
    await live(example, stack, emulator, result);
  } catch (error) {
    result.problems.push(String(error?.stack ?? error));
  } finally {
    clearInterval(time);
    stack?.close();
    await emulator.close();
  }
  result.seconds = Math.round((Date.now() - began) / 1000);
  return result;
}

/** The names of all, in the order of the documentation. */
function exampleNames() {
  return cases.map(({ name }) => name);
}

/** Runs several, two at a time; calls `tell` with each result when it is there. The results come in the order of the names. */
async function runExamples(names, tools, tell = () => undefined) {
  const results = new Map();
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await runExample(name, tools);
      results.set(name, result);
      tell(result);
    }
  };
  await Promise.all([worker(), worker()]);
  return names.map((name) => results.get(name));
}

async function prepare(example, stack, emulator) {
  if (example.seedAccount === true) await makeStorageAccount(emulator);
  example.seed?.(emulator);
  for (const [key, value] of Object.entries(example.config ?? {})) await set(example, stack, key, value);
  for (const [key, value] of Object.entries(example.secrets ?? {})) await set(example, stack, key, value, true);
  emulator.control.requests.clear();
}

async function live(example, stack, emulator, result) {
  const { change } = example;
  /** Records a command that did not end, or did not say, as it should. */
  const holds = (what, command, pattern) => {
    const ok = command.code === 0 && (pattern === undefined || pattern.test(command.stdout));
    if (!ok) {
      const wanted = pattern === undefined ? "" : `, and should say ${pattern}`;
      result.problems.push(`${what} (exit code ${command.code}${wanted}):\n${command.stdout}${command.stderr}`);
    }
    return ok;
  };
  const up = await stack.up();
  result.up = holds("pulumi up", up, example.created);
  const warnings = [...up.stdout.matchAll(/^ {4}warning: (.*)$/gm)].map(([, text]) => text);
  const unexpected = warnings.filter((text) => example.warns?.test(text) !== true);
  if (unexpected.length > 0) result.problems.push(`pulumi up warns: ${unexpected.join(" ")}`);
  if (result.up) {
    for (const [key, value] of Object.entries({ ...change.beside, [change.key]: change.value }))
      await set(example, stack, key, value, change.secret);
    const shown = holds("preview of the change", await stack.preview(), change.shows);
    const applied = await stack.up();
    result.change = holds("pulumi up of the change", applied, change.applied) && shown;
    result.cleanPreview = holds("preview after it", await stack.preview(["--expect-no-changes"]));
    const output = up.stdout + applied.stdout;
    const wrong = example.wrong?.({ emulator, output, state: JSON.stringify(await stack.exportState()) }) ?? [];
    result.problems.push(...wrong);
    if (wrong.length > 0) result.change = false;
  }
  result.destroy = holds("pulumi destroy", await stack.destroy());
}

async function set({ name }, stack, key, value, secret = false) {
  const how = ["--config-file", stack.configFile, secret ? "--secret" : "--plaintext"];
  const { code, stdout, stderr } = await stack.run(["config", "set", `${name}:${key}`, value, ...how]);
  if (code !== 0) throw new Error(`${key} could not be set:\n${stdout}${stderr}`);
}

/** The account of examples that bring none of their own, in a subscription where exports are registered. */
async function makeStorageAccount({ control, environment, httpUrl }) {
  const audience = encodeURIComponent("https://management.azure.com/");
  const identity = await fetch(`${environment.ARM_MSI_ENDPOINT}?api-version=2019-08-01&resource=${audience}`, {
    headers: { "x-identity-header": environment.IDENTITY_HEADER },
  });
  const { access_token: token } = await identity.json();
  const put = async (path, apiVersion, body) => {
    const answer = await fetch(`${httpUrl}${path}?api-version=${apiVersion}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} could not be made: ${answer.status} ${await answer.text()}`);
  };
  const [group] = storageAccount.split("/providers/");
  const [subscription] = storageAccount.split("/resourceGroups/");
  await put(group, "2024-03-01", { location: "westeurope" });
  await put(storageAccount, "2024-01-01", {
    location: "westeurope",
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
  });
  const registration = `${subscription}/providers/Microsoft.CostManagementExports/register?api-version=2021-04-01`;
  const answer = await fetch(`${httpUrl}${registration}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`The registration failed: ${answer.status} ${await answer.text()}`);
  control.clock.advance(600_000);
}

module.exports = { exampleNames, makeStorageAccount, runExample, runExamples };
