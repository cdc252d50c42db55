#!/usr/bin/env node
// The commands of `gh` that the workflows use, with the file $GH_STATE in the place of GitHub. It knows the flags and the
// filters that are in use, and refuses others.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const text = { type: "string" };
const yes = { type: "boolean" };
const fileOf = (flags) => readFileSync(flags["body-file"], "utf8");

/** By command: the flags that it knows, and what it does. */
const commands = {
  "pr comment": [
    { "body-file": text },
    ({ comments }, [pull], flags) => {
      comments.push({ id: comments.length + 1, pull, user: "github-actions[bot]", body: fileOf(flags) });
    },
  ],
  "issue list": [
    { state: text, search: text, json: text, jq: text },
    ({ issues }, _, { jq }) => {
      const [title] = matched(/^map\(select\(\.title == "(.*)"\)\)\[0\]\.number \/\/ empty$/, jq);
      return issues.filter((issue) => issue.open && issue.title === title).map(({ number }) => number)[0];
    },
  ],
  "issue create": [
    { title: text, "body-file": text },
    ({ issues }, _, flags) => {
      issues.push({ number: issues.length + 1, title: flags.title, open: true, said: [fileOf(flags)] });
    },
  ],
  "issue comment": [
    { "body-file": text },
    (state, [number], flags) => {
      issueOf(state, number).said.push(fileOf(flags));
    },
  ],
  "issue close": [
    { comment: text },
    (state, [number], { comment }) => {
      const issue = issueOf(state, number);
      issue.open = false;
      issue.said.push(comment);
    },
  ],
  api: [
    { paginate: yes, method: text, field: text, silent: yes, jq: text },
    ({ comments }, [path], { method = "GET", field, jq }) => {
      if (method === "PATCH") {
        const [id] = matched(/^repos\/finops\/costs\/issues\/comments\/(\d+)$/, path);
        const [file] = matched(/^body=@(.*)$/, field);
        comments.find((comment) => comment.id === Number(id)).body = readFileSync(file, "utf8");
        return;
      }
      const [pull] = matched(/^repos\/finops\/costs\/issues\/(\d+)\/comments$/, path);
      const form = /^\.\[\] \| select\(\.user\.login == "(.*)" and \(\.body \| startswith\("(.*)"\)\)\) \| \.id$/;
      const [user, start] = matched(form, jq);
      const found = comments.filter((one) => one.pull === pull && one.user === user && one.body.startsWith(start));
      return found.map(({ id }) => id).join("\n");
    },
  ],
};

const issueOf = ({ issues }, number) => issues.find((issue) => issue.number === Number(number));

function matched(form, given) {
  const found = form.exec(given);
  if (!found) throw new Error(`${given} is not known here.`);
  return found.slice(1);
}

const [first, second, ...others] = process.argv.slice(2);
const [name, args] = first in commands ? [first, [second, ...others]] : [`${first} ${second}`, others];
const [options, act] = commands[name];
const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
const state = JSON.parse(readFileSync(process.env.GH_STATE, "utf8"));
const printed = act(state, positionals, values);
writeFileSync(process.env.GH_STATE, JSON.stringify(state));
if (printed !== undefined) console.log(printed);
