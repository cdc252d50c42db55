// A STAND-IN for the azure-native plugin, for tests on machines that cannot download it; never published. It maps the few
// types that our components use onto ARM, with azure-native's property names and api-versions, against the emulator.
const pulumi = require("@pulumi/pulumi");
const { randomBytes } = require("node:crypto");
const { types } = require("./azure-native-types.cjs");

const typeOf = (urn) => urn.split("::")[2].split("$").at(-1);
const rowOf = (urn) => {
  const row = types[typeOf(urn)];
  if (row === undefined) throw new Error(`The stand-in for azure-native knows no ${typeOf(urn)}.`);
  return row;
};

async function arm(method, path, apiVersion, body) {
  const url = `${process.env.ARM_METADATA_HOSTNAME}${path.startsWith("/") ? "" : "/"}${path}?api-version=${apiVersion}`;
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json", "user-agent": "stand-in" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function token() {
  const url = `${process.env.ARM_MSI_ENDPOINT}?api-version=2019-08-01&resource=https://management.azure.com/`;
  const answer = await fetch(url, { headers: { "x-identity-header": process.env.IDENTITY_HEADER } });
  return (await answer.json()).access_token;
}

function bodyOf(row, inputs) {
  const body = {};
  const properties = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (row.address.includes(key)) continue;
    if (row.top.includes(key)) body[key] = value;
    else properties[row.rename?.[key] ?? key] = value;
  }
  return typeof row.top === "object" && row.named === "resourceGroupName" ? body : { ...body, properties };
}

async function put(urn, inputs) {
  const row = rowOf(urn);
  const { body } = await arm("PUT", row.path(inputs), row.apiVersion, bodyOf(row, inputs));
  const { id = row.path(inputs), name, properties = {}, ...rest } = body ?? {};
  return { id, outs: { ...rest, ...properties, ...inputs, name: name ?? inputs[row.named], id } };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Provider {
  version = "3.28.0";

  async check(urn, olds, news) {
    const row = rowOf(urn);
    const inputs = { ...news };
    if (typeOf(urn).endsWith("ResourceGroup") || typeOf(urn).endsWith("StorageAccount"))
      inputs.location ??= "westeurope";
    // Names of one's own get eight characters of chance, kept from then on.
    inputs[row.named] ??= olds[row.named] ?? `${urn.split("::")[3]}${randomBytes(4).toString("hex")}`;
    return { inputs };
  }

  async diff(id, urn, olds, news) {
    const row = rowOf(urn);
    const changed = Object.keys(news).filter((key) => !same(news[key], olds[key]));
    const replaces = changed.filter((key) => row.address.includes(key) || typeOf(urn).endsWith("RoleAssignment"));
    return { changes: changed.length > 0, replaces, deleteBeforeReplace: replaces.length > 0 };
  }

  // As the plugin does: what is there already is not taken over.
  async create(urn, inputs) {
    const row = rowOf(urn);
    const { status } = await arm("GET", row.path(inputs), row.apiVersion);
    if (status !== 404) throw new Error(`cannot create already existing resource '${row.path(inputs)}'`);
    return put(urn, inputs);
  }

  async update(id, urn, olds, news) {
    return { outs: (await put(urn, news)).outs };
  }

  async read(id, urn, props) {
    const { status } = await arm("GET", id, rowOf(urn).apiVersion);
    return status === 404 ? { id: "", props: {} } : { id, props };
  }

  async delete(id, urn) {
    await arm("DELETE", id, rowOf(urn).apiVersion);
  }
}

void pulumi.provider.main(new Provider(), process.argv.slice(2));
