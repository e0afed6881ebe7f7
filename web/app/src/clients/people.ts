import { request } from '../api/client'
import type { Search } from '../ui/useFound'
import { PeopleSearch, type Person } from './documents'

/** The two roles of a person at an organization. */
export type Duty = 'engineer' | 'vcio'

/** Finds people of the account by name. */
export const findPeople: Search<Person> = async (search, first) => {
  const { data, problem } = await request('query', PeopleSearch, { first, search: search || null })
  return { items: data?.people.nodes ?? [], total: data?.people.totalCount ?? 0, problem }
}
