/** docs/problems.md: what people report and what becomes of it here, from the table in tests/problems.ts. */
"use strict";

/** What each outcome is called on the page, and what it means. The order is that of the summary. */
const outcomes = {
  done: ["Done for you", "the package does what the other tool left to its user; there is nothing to set"],
  healed: ["Healed", "it still happens, and the package recovers from it by itself or with the next `pulumi up`"],
  refused: ["Refused in preview", "preview stops, with the property, the value, the rule and the cure"],
  warned: ["Warned", "preview says so and goes on, because nobody has verified that the service refuses it"],
  explained: ["Explained", "no program shows it, so preview cannot know; the service's answer comes with the cure"],
  offered: ["Offered", "what was asked for exists here"],
  documented: ["Documented", "the pages tell what to do; the package does not do it by itself"],
  open: ["Not ended", "and the entry says why"],
};

/** The short names of the sources. */
const repositories = {
  azurerm: "hashicorp/terraform-provider-azurerm",
  azapi: "Azure/terraform-provider-azapi",
  ftk: "microsoft/finops-toolkit",
  bicep: "Azure/bicep",
  "types-az": "Azure/bicep-types-az",
  cli: "Azure/azure-cli",
  cliext: "Azure/azure-cli-extensions",
  azps: "Azure/azure-powershell",
  specs: "Azure/azure-rest-api-specs",
  docs: "MicrosoftDocs/azure-docs",
  sdkpy: "Azure/azure-sdk-for-python",
};

function problemsPage({ problemGroups }) {
  const problems = problemGroups.flatMap((group) => group.problems);
  return [
    "# What people report, and what becomes of it here",
    "",
    "Written by `npm run docs` from `tests/problems.ts`; a test holds every proof and every link to what it says. To find an error,",
    "search this page for its words, or look into [troubleshooting](troubleshooting.md), which goes by message.",
    "",
    ...Object.entries(outcomes).map(([outcome, [label, meaning]]) => {
      const numbers = problems.filter((problem) => problem.outcome === outcome).map(({ number }) => number);
      return `- **${label}** (${numbers.length}): ${meaning}. ${numbers.join(", ")}.`;
    }),
    "",
    "Proofs are tests of the repository, against the emulator or an in-memory service; none ran against Azure. Where an entry says",
    "that the service does something, see [what is assumed of the service](service.md).",
    "",
    ...problemGroups.flatMap((group) => [`## ${group.title}`, "", ...group.problems.flatMap(entry)]),
    "## Sources",
    "",
    ...Object.entries(repositories).map(([short, full]) => `- ${short}: ${full}`),
    "",
    "Other names are those of the repositories themselves.",
    "",
  ].join("\n");
}

function entry({ number, title, met, outcome, here, source, proofs, page }) {
  return [
    `### ${number}. ${title}`,
    "",
    `Met as: ${met}`,
    "",
    `**${outcomes[outcome][0]}.** ${here}${page === undefined ? "" : ` More: [${page.split("#")[0].replace(/\.md$/, "")}](${page}).`}`,
    "",
    ...proofs.map(proof),
    `- Reported: ${source}`,
    "",
  ];
}

function proof({ file, title, row }) {
  const which = row === undefined ? "" : ` (${/^[\w.]+: "(.*)"$/.exec(row)?.[1] ?? row.replace(/^"|"$/g, "")})`;
  return `- Proof: \`${file}\`, “${title.replaceAll("<", "\\<")}”${which.replace(/[[\]_*]/g, "\\$&")}`;
}

module.exports = { problemsPage };
