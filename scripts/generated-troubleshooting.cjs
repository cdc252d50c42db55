/** docs/troubleshooting.md: errors by their words, from the provider's tables and the campaign that provokes each of them. */
"use strict";

/** What check does about a refusal, by the scenarios of campaign/catalogue. */
const inPreview = {
  refuses: "refused before any call",
  warns: "a warning, because the service's own list changes or the refusal is old",
  mends: "mended before it is sent, which is said",
  cannot: "cannot be known",
};

function troubleshootingPage({ catalogue, resourceErrors, scenarios }) {
  return [
    "# Troubleshooting",
    "",
    "Written by `npm run docs` from `provider/cost-management/catalogue.ts` and `provider/resources/errors.ts`. Search this page for the",
    "words of your error. [What people report](problems.md) goes by what was meant to work.",
    "",
    "## How an error reads",
    "",
    "In preview, a fault of the program is one line for each property: the property, the value, the rule, the cure. All faults come at",
    "once; [the rules](rules.md) list them. Later, an error says what was attempted, what was answered with HTTP status and code, the",
    "request id and the correlation id that support asks for, and, on a line of its own, what to do.",
    "",
    "- **Nothing was overwritten.** An error that names a conflict or an existing export wrote nothing.",
    "- **“Whether it was applied is not known”**: the answer to a write never came. The resource is in the state as unfinished, and the",
    "  next `pulumi up` looks before it writes. Nothing has to be repaired by hand.",
    "- **“The time limit was reached”**: give the resource longer [timeouts](api/resources.md#exporttimeoutsargs), or run the deployment again: it goes on.",
    "- Against a program's rights and sign-in see [credentials](credentials.md).",
    "",
    "## What the package says",
    "",
    "The code is the property `code` of a `ResourceError`, which functions such as `getRunHistory` throw; the engine shows the message.",
    "",
    ...Object.entries(resourceErrors).flatMap(([code, { words, meaning, cure }]) => [
      `### ${code}`,
      "",
      `Met as: ${words}`,
      "",
      `${meaning} **Cure:** ${cure}`,
      "",
    ]),
    "## What the service refuses",
    "",
    "The same fault comes with different codes and in two shapes, so the words count. A quoted text is what was met; parts in capitals and",
    "… stand for names and values. “In preview” says what the package does before it calls the service.",
    "",
    ...catalogue.flatMap((row) => refusal(row, scenarios)),
    "Any other answer is shown as it came, with its ids. HTTP 408 and 5xx are repeated until the deadline where that is safe.",
    "",
  ].join("\n");
}

function refusal({ name, words, status, cure, source }, scenarios) {
  const met = scenarios.filter(({ row }) => row === name);
  return [
    `### ${heading(name)}`,
    "",
    `Met as: \`${words}\`${status === undefined ? "" : ` (HTTP ${status.join(", ")})`}`,
    "",
    `**Cure:** ${cure}`,
    "",
    `In preview: ${[...new Set(met.map(({ check, why }) => `${inPreview[check]}${why === undefined ? "" : `, because ${why}`}`))].join("; or ")}. Source: ${source}.`,
    "",
  ];
}

/** An eTag keeps its letters. */
const heading = (name) => (name.startsWith("eTag") ? name : `${name[0].toUpperCase()}${name.slice(1)}`);

module.exports = { troubleshootingPage };
