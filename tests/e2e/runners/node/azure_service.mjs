// Check Azure pipelines with Microsoft's language service; one line of JSON for each fault.
// usage: azure_service.mjs PACKAGE_JSON_OF_THE_SERVICE SCHEMA FILE...
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

const [home, schemaFile, ...files] = process.argv.slice(2);
const load = createRequire(home);
const {getLanguageService} = load("azure-pipelines-language-service");
const {parse} = load("azure-pipelines-language-service/lib/parser/yamlParser.js");
const {TextDocument} = load("vscode-languageserver-textdocument");

const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
const print = console.log;
console.log = () => {}; // the service traces its own steps there
const service = getLanguageService(async () => schema, [], async () => "memory://azure.json");
service.configure({validate: true, schemas: [{uri: "memory://azure.json", fileMatch: ["*"], schema}], customTags: []});
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const document = TextDocument.create(`file://${file}`, "azure-pipelines", 1, text);
  for (const fault of await service.doValidation(document, parse(text))) {
    print(JSON.stringify({file, line: fault.range.start.line + 1, message: fault.message}));
  }
}
