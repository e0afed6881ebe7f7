import { graphql, type ResultOf, type VariablesOf } from '../api/graphql'
import { QuotaFields } from '../api/documents'

export const PlanCsv = graphql(`
  mutation PlanCsv($file: CsvFileInput!, $first: Int!, $afterLine: Int) {
    planCsv(input: { file: $file, first: $first, afterLine: $afterLine }) {
      plan {
        hash
        encoding
        delimiter
        rowCount
        remaining
        moreRows
        columns {
          index
          header
          kind
          integrationId
          samples
        }
        counts {
          outcome
          count
        }
        rows {
          line
          organizationName
          organizationId
          outcome
          explanation
          similarId
          similarName
          moves {
            externalOrgId
            externalName
            integrationName
            fromId
            fromName
            mappedBy
            mappedAt
            leaves
          }
          problems {
            code
            column
            message
          }
        }
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export const ApplyCsv = graphql(
  `
    mutation ApplyCsv($file: CsvFileInput!, $hash: String!, $lines: [Int!]!, $instead: [CsvInsteadInput!]) {
      applyCsv(input: { file: $file, hash: $hash, lines: $lines, instead: $instead }) {
        created
        mapped
        moved
        cleared
        change {
          id
        }
        quota {
          ...QuotaFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [QuotaFields],
)

export type PlanPage = NonNullable<ResultOf<typeof PlanCsv>['planCsv']['plan']>
export type CsvRow = PlanPage['rows'][number]
export type CsvColumn = PlanPage['columns'][number]
export type CsvMove = CsvRow['moves'][number]
export type CsvOutcome = CsvRow['outcome']
export type CsvFile = VariablesOf<typeof PlanCsv>['file']
export type Applied = Omit<ResultOf<typeof ApplyCsv>['applyCsv'], 'quota' | 'userErrors'>
