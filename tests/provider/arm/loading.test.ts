/** A preview loads the transport and calls nobody: it must not pay for libraries that it does not use. */
import { compileArm } from "./child";

const compiled = compileArm();
afterAll(() => compiled.remove());

const loaded = `Object.keys(require.cache).map((file) => /node_modules.(@azure.identity|axios|@azure.msal-node).(?!.*node_modules)/.exec(file)?.[1]).filter(Boolean)`;

test("importing it, reading settings and making a client load neither axios nor @azure/identity", async () => {
  const script = `arm.createArmClient(arm.readArmSettings({ env: { ARM_CLIENT_SECRET: "s" } })); console.log(JSON.stringify(${loaded}));`;
  await expect(compiled.run(script)).resolves.toEqual([]);
});

test("the first request loads axios, the first token @azure/identity", async () => {
  const script = `
    const request = { method: "GET", path: "/x", apiVersion: "1", operation: "read", scope: "/x", deadline: Date.now() + 9000 };
    const send = (env, deps) => arm.createArmClient(arm.readArmSettings({ env }), deps).send(request).catch(() => undefined);
    // Neither gets as far as a call to anyone: no server at that port, and no such tenant.
    const unreachable = { ARM_METADATA_HOSTNAME: "http://localhost:1" };
    const impossible = { ARM_CLIENT_ID: "a", ARM_TENANT_ID: "no/tenant", ARM_CLIENT_SECRET: "a secret" };
    const loaded = () => [...new Set(${loaded})].sort();
    (async () => {
      await send(unreachable, { clock: { now: Date.now, sleep: async () => {} } });
      const first = loaded();
      await send(impossible);
      console.log(JSON.stringify({ first, second: loaded() }));
    })();`;
  await expect(compiled.run(script)).resolves.toEqual({
    first: ["axios"],
    second: ["@azure/identity", "@azure/msal-node", "axios"],
  });
});
