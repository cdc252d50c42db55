import { createArmClient, readArmSettings } from "../../../provider/arm";
import { serve } from "../../support/http-routes";

test("a GET returns status, headers and parsed body", async () => {
  const routes = await serve((request) =>
    request.url.startsWith("/metadata")
      ? {
          body: {
            resourceManager: routes.origin,
            authentication: { loginEndpoint: "https://login.example.com", audiences: ["https://management.azure.com"] },
          },
        }
      : { body: { name: "daily" } },
  );
  try {
    const client = createArmClient(readArmSettings({ env: { ARM_METADATA_HOSTNAME: routes.origin } }), {
      credential: { getToken: () => Promise.resolve("token-of-the-test") },
    });
    const response = await client.send({
      method: "GET",
      path: "/subscriptions/1/providers/Microsoft.CostManagement/exports/daily",
      apiVersion: "2025-03-01",
      operation: "read",
      scope: "/subscriptions/1",
      deadline: Date.now() + 10_000,
    });
    expect(response.body).toEqual({ name: "daily" });
  } finally {
    await routes.close();
  }
});
