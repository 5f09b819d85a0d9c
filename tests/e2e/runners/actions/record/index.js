const {appendFileSync} = require("node:fs");
const {env} = process;
const inputs = {};
for (const [name, value] of Object.entries(env)) {
  if (name.startsWith("INPUT_")) inputs[name.slice("INPUT_".length).toLowerCase()] = value;
}
const call = {action: env.GITHUB_ACTION_REPOSITORY, ref: env.GITHUB_ACTION_REF, job: env.GITHUB_JOB, inputs};
appendFileSync(env.HARNESS_CALLS, `${JSON.stringify(call)}\n`);
