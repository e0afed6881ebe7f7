// Executes, with the reference implementation, each request that it reads as a line of JSON, and answers with a line: whether it was
// accepted, and what the variables came to. The first line is the schema.
import { createInterface } from 'node:readline';
import { buildSchema, execute, getVariableValues, GraphQLError, Kind, parse, validate, valueFromASTUntyped } from 'graphql';

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function build(text) {
  const schema = buildSchema(text);
  const onlyText = (valid) => (value) => {
    if (typeof value !== 'string' || !valid(value)) throw new GraphQLError('not one');
    return value;
  };
  const reading = { Time: onlyText((text) => time.test(text) && !Number.isNaN(Date.parse(text))), URL: onlyText(() => true) };
  for (const [name, parseValue] of Object.entries(reading)) {
    Object.assign(schema.getType(name), { parseValue, parseLiteral: (node) => parseValue(node.kind === Kind.ENUM ? node : valueFromASTUntyped(node)) });
  }
  for (const field of Object.values(schema.getQueryType().getFields())) field.resolve = () => 'done';
  return schema;
}

function answer(schema, { query, variables }) {
  try {
    const document = parse(query);
    const refused = validate(schema, document);
    if (refused.length > 0) return { accepted: false, why: refused[0].message };
    const operation = document.definitions.find((one) => one.kind === 'OperationDefinition');
    const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
    if (errors) return { accepted: false, why: errors[0].message };
    const result = execute({ schema, document, variableValues: variables });
    if (result.errors) return { accepted: false, why: result.errors[0].message };
    return { accepted: true, variables: coerced };
  } catch (error) {
    return { accepted: false, why: String(error.message) };
  }
}

let schema;
for await (const line of createInterface({ input: process.stdin })) {
  const sent = JSON.parse(line);
  if (typeof sent === 'string') schema = build(sent);
  else console.log(JSON.stringify(answer(schema, sent)));
}
