/**
 * Errors of the resources. None has a property `id`: an engine would take such an error for a resource that was created
 * and record it (see docs/architecture.md).
 */

/** What each code of a `ResourceError` means, in the words of its messages, and what to do: docs/troubleshooting.md tells it. */
export const resourceErrors = {
  Exists: {
    words: 'The export … exists already, and differs from the program: … / and adopt is "never".',
    meaning: "The program would create an export whose name is taken. Nothing was written.",
    cure: 'Put the live values into the program, set adopt to "always" to take the export over and change it, or choose another exportName. If a resource or component of this stack was renamed, deploy it once more by its old name, then rename it with the option aliases: [{ name: "old" }].',
  },
  Conflict: {
    words: "Somebody else changed the export … since it was last seen here: … last seen …, live …, wanted …",
    meaning:
      "A field that the program sets was changed elsewhere, to another value than the program wants. Nothing was written.",
    cure: 'Run "pulumi refresh" to see the change as drift. Then put the live value into the program, or run "pulumi up" to write the program\'s. onConflict: "overwrite" always writes the program\'s.',
  },
  OtherIdentity: {
    words: "Somebody else deleted the export …, and its identity … went with it / … was made again by somebody else.",
    meaning:
      "An export that is made again has another identity. Roles of the old one, and whatever else hangs on it, would be left behind. Nothing was written.",
    cure: 'Run "pulumi up --refresh" (or "pulumi refresh", then "pulumi up"): it makes the export anew, and the roles of its new identity.',
  },
  OtherGeneration: {
    words: "The export … was written with a newer api-version, and is hidden from …",
    meaning:
      "An old api-version cannot see an export of the new generation, and could make a second one of the same name.",
    cure: "Set apiVersion to 2025-03-01.",
  },
  NotFound: {
    words: "There is no export … / is no id of an export / There is no report at …",
    meaning:
      "What a run, a report, a registration or a look-up is about does not exist, or not in the sight of the api-version.",
    cure: "Look at the spelling of the id, at the subscription, and at your rights. Run an export after it is created: pass exportId: myExport.id.",
  },
  Refused: {
    words:
      "Cannot create the export …: PUT … was refused, HTTP … / The service answered … with something that is no export.",
    meaning: "The service answered with a refusal, or with something that cannot be used.",
    cure: "The message ends with the cure where one is on record: see the refusals of the service. Support asks for the request id and the correlation id.",
  },
  StillRunning: {
    words:
      "… still goes on after the time that timeouts allow / is not made yet after the time that timeouts.create allows.",
    meaning:
      "A run, a report or a registration needs longer than its time limit. It goes on at the service, and is recorded.",
    cure: 'Run "pulumi up" again: it waits for what was started and starts nothing twice. Give longer timeouts for the next time.',
  },
  StillThere: {
    words: "The service accepted the deletion of …, but still shows the export.",
    meaning: "The export did not disappear within timeouts.delete.",
    cure: "Run the deployment again, or raise timeouts.delete.",
  },
  Unreachable: {
    words: "Cannot … the export …: … got no answer / The time limit was reached / No token for Azure could be had.",
    meaning:
      "The service was not reached, gave no usable answer, or no sign-in was possible. A write that ends so was not applied.",
    cure: "Look at the network and at proxies, at the sign-in that the message names, or at the timeouts; then run the deployment again, which looks at the live resource first.",
  },
} as const;

/** A refusal of ours, or of the service in our words: a sentence with a cure. */
export class ResourceError extends Error {
  override readonly name: string = "ResourceError";
  constructor(
    readonly code: keyof typeof resourceErrors,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The operation was begun and its end is not known: the service may hold the change or not. The adapter records the
 * resource as unfinished, so that the next deployment settles it.
 */
export class UnfinishedError extends Error {
  override readonly name: string = "UnfinishedError";
  constructor(
    readonly resourceId: string,
    readonly state: Readonly<Record<string, unknown>>,
    readonly reasons: readonly string[],
    options?: ErrorOptions,
  ) {
    super(reasons.join(" "), options);
  }
}
