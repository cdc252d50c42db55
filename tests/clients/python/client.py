"""Azure's generated Python client, driven by a test: a JSON request a line on standard input, its answer a line on standard output.

Arguments: the URL of ARM, which is the authority too; the tenant; the api-version; how to sign in.
"""

import json
import sys

from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential, ManagedIdentityCredential
from azure.mgmt.costmanagement import CostManagementClient
from azure.mgmt.costmanagement.models import Export


def main(url, tenant, client_id, version, sign_in):
    client = CostManagementClient(
        credential(url, tenant, client_id, sign_in),
        base_url=url,
        credential_scopes=["https://management.azure.com/.default"],
        api_version=version,
    )
    for line in sys.stdin:
        print(json.dumps(answer(client.exports, json.loads(line))), flush=True)


def credential(url, tenant, client_id, sign_in):
    if sign_in == "managed-identity":
        return ManagedIdentityCredential()
    return ClientSecretCredential(
        tenant, client_id, "secret", authority=url, disable_instance_discovery=True
    )


def answer(exports, request):
    try:
        return {"value": call(exports, **request)}
    except HttpResponseError as refusal:
        error = refusal.error
        return {
            "refusal": {
                "status": refusal.status_code,
                "code": error.code if error else "",
                "message": error.message if error else str(refusal),
            }
        }


def call(exports, operation, scope, name=None, body=None):
    if operation == "put":
        return plain(exports.create_or_update(scope, name, Export.deserialize(body)))
    if operation == "get":
        return plain(exports.get(scope, name))
    if operation == "list":
        return [plain(export) for export in exports.list(scope).value]
    if operation == "run":
        return exports.execute(scope, name)
    if operation == "history":
        return [plain(run) for run in exports.get_execution_history(scope, name).value]
    if operation == "delete":
        return exports.delete(scope, name)
    raise ValueError(f"There is no operation {operation}.")


def plain(model):
    """In the form of the REST API, with what the service alone sets."""
    return model.serialize(keep_readonly=True)


main(*sys.argv[1:])
