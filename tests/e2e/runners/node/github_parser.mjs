// Read workflows and actions with GitHub's own parser; one line of JSON for each fault.
// usage: github_parser.mjs ENTRY_OF_THE_PARSER FILE...
import {readFileSync} from "node:fs";
import {registerHooks} from "node:module";
import {basename} from "node:path";
import {pathToFileURL} from "node:url";

// The package imports JSON without an import attribute, which Node.js refuses.
registerHooks({
  load(url, context, next) {
    if (!url.endsWith(".json")) return next(url, context);
    return {format: "module", shortCircuit: true, source: `export default ${readFileSync(new URL(url), "utf8")}`};
  },
});

const [entry, ...files] = process.argv.slice(2);
const home = pathToFileURL(entry);
const {parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter} = await import(home);
const {parseAction} = await import(new URL("actions/action-parser.js", home));
const report = (file, message, line) => console.log(JSON.stringify({file, line: line ?? 0, message}));

for (const file of files) {
  const source = {name: file, content: readFileSync(file, "utf8")};
  const action = /^action\.ya?ml$/.test(basename(file));
  const {context, value} = (action ? parseAction : parseWorkflow)(source, new NoOperationTraceWriter());
  const faults = context.errors.getErrors();
  for (const fault of faults) report(file, fault.rawMessage ?? fault.message, fault.range?.start?.line);
  if (!value && !faults.length) report(file, "the file could not be read", 0);
  if (value && !action && !faults.length) {
    const template = await convertWorkflowTemplate(context, value);
    for (const fault of template.errors ?? []) report(file, fault.Message ?? fault.message, 0);
  }
}
