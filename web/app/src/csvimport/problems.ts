import { csv, download } from '../ui/csv'
import { csvImport } from '../words/csvImport'
import type { State } from './CsvImport'
import type { Plan } from './planning'

const text = csvImport.problems

/** Returns the problems of a file as rows of a table. */
export function problemRows({ head, rows }: Plan): string[][] {
  return rows.flatMap(({ line, organizationName, problems }) =>
    problems.map(({ column, message }) => [String(line), organizationName, column === null ? '' : head?.columns[column]?.header ?? '', message]))
}

/** Saves the problems of a file as a CSV file. */
export function downloadProblems({ file, plan }: State): void {
  if (file && plan) download(text.file(file.name), csv([text.columns, ...problemRows(plan)]))
}
