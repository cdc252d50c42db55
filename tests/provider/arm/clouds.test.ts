import { chooseCloud, knownClouds, resolveCloud, type CloudChoice } from "../../../provider/arm/clouds";
import { createHttp, HttpFailure, type Http } from "../../../provider/arm/http";
import { serve } from "../../support/http-routes";
import { leapingClock, metadata } from "./kit";

const resolve = (choice: CloudChoice, http: Http) => resolveCloud(choice, http, leapingClock());
const never: Http = () => Promise.reject(new Error("nothing should be asked"));

test.each([
  [undefined, "public"],
  ["public", "public"],
  ["AzurePublicCloud", "public"],
  ["AzureCloud", "public"],
  ["usgovernment", "usgovernment"],
  ["AZUREUSGOVERNMENTCLOUD", "usgovernment"],
  ["china", "china"],
  ["AzureChinaCloud", "china"],
] as const)("environment %s is the cloud %s, and nothing is asked for it", async (environment, name) => {
  await expect(resolve(chooseCloud(environment), never)).resolves.toEqual(knownClouds[name]);
});

test("an unknown environment is refused with the known ones", async () => {
  await expect(resolve(chooseCloud("germany"), never)).rejects.toThrow(
    /"germany".*public, usgovernment or china.*metadataHost/,
  );
});

test("AZURE_AUTHORITY_HOST tells the cloud where nothing else does", async () => {
  const byLogin = chooseCloud(undefined, undefined, "https://login.microsoftonline.us/");
  await expect(resolve(byLogin, never)).resolves.toEqual(knownClouds.usgovernment);
  const named = chooseCloud("public", undefined, "https://login.microsoftonline.us/");
  await expect(resolve(named, never)).resolves.toEqual(knownClouds.public);
  const custom = chooseCloud(undefined, undefined, "https://login.example.com/");
  await expect(resolve(custom, never)).resolves.toMatchObject({
    resourceManager: "https://management.azure.com",
    loginHost: "https://login.example.com",
  });
});

describe("discovery", () => {
  test.each([
    ["arm.example.com", "https://arm.example.com/metadata/endpoints?api-version=2022-09-01"],
    ["arm.example.com:8443", "https://arm.example.com:8443/metadata/endpoints?api-version=2022-09-01"],
    ["https://arm.example.com/", "https://arm.example.com/metadata/endpoints?api-version=2022-09-01"],
    ["http://localhost:8080", "http://localhost:8080/metadata/endpoints?api-version=2022-09-01"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/metadata/endpoints?api-version=2022-09-01"],
  ])("metadataHost %s is asked at %s, before any name", async (host, url) => {
    const urls: string[] = [];
    const http: Http = (sent) => {
      urls.push(sent.url);
      return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(metadata("https://arm.example.com")) });
    };
    await expect(resolve(chooseCloud("china", host), http)).resolves.toEqual({
      name: "AzureCloud",
      resourceManager: "https://arm.example.com",
      loginHost: "https://login.example.com",
      audience: "https://management.core.windows.net/",
      storageSuffix: "core.windows.net",
    });
    expect(urls).toEqual([url]);
  });

  test("is done once per process, also when many ask together, and again after a failure", async () => {
    let count = 0;
    const routes = await serve(() => (++count === 1 ? { status: 404 } : { body: metadata("https://arm.example.com") }));
    const http = createHttp();
    const choice = chooseCloud(undefined, routes.origin);
    await expect(resolve(choice, http)).rejects.toMatchObject({ name: "ArmConnectionError", code: "NoMetadata" });
    await Promise.all([resolve(choice, http), resolve(choice, http), resolve(choice, http)]);
    await resolve(choice, http);
    expect(routes.seen).toHaveLength(2);
    await routes.close();
  });

  test("is repeated where the host fails for a moment", async () => {
    let count = 0;
    const http: Http = () => {
      count += 1;
      if (count === 1) return Promise.reject(new HttpFailure("ECONNRESET", true, true, "reset"));
      if (count === 2) return Promise.resolve({ status: 503, headers: {}, text: "" });
      return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(metadata("https://arm.example.com")) });
    };
    await expect(resolve(chooseCloud(undefined, "arm.example.com"), http)).resolves.toBeDefined();
  });

  test.each([
    ["no JSON", "<html>"],
    ["a list", []],
    ["no login", { resourceManager: "https://arm.example.com" }],
    [
      "a login in the clear",
      { resourceManager: "https://arm.example.com", authentication: { loginEndpoint: "http://login.example.com" } },
    ],
    [
      "an endpoint with a query",
      { resourceManager: "https://arm.example.com?x=", authentication: { loginEndpoint: "https://login.example.com" } },
    ],
  ])("a document with %s is refused", async (_what, body) => {
    const http: Http = () =>
      Promise.resolve({ status: 200, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) });
    await expect(resolve(chooseCloud(undefined, "arm.example.com"), http)).rejects.toThrow(
      /metadataHost.*names no usable resourceManager/,
    );
  });

  test("without an audience the endpoint is the audience", async () => {
    const document = {
      resourceManager: "https://arm.example.com/base/",
      authentication: { loginEndpoint: "https://login.example.com/adfs" },
    };
    const http: Http = () => Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(document) });
    await expect(resolve(chooseCloud(undefined, "x.example.com"), http)).resolves.toEqual({
      name: "custom",
      resourceManager: "https://arm.example.com/base",
      loginHost: "https://login.example.com/adfs",
      audience: "https://arm.example.com/base",
      storageSuffix: "core.windows.net",
    });
  });
});
