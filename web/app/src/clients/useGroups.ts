import { useState } from 'react'

import { request } from '../api/client'
import { useFollowed } from '../live/useFollowed'
import { type CountedGroup, GroupsQuery } from './documents'

/** Returns all groups by name, kept up to date; null until they are known. */
export function useGroups(): readonly CountedGroup[] | null {
  const [groups, setGroups] = useState<readonly CountedGroup[] | null>(null)
  useFollowed(async () => {
    const { data } = await request('query', GroupsQuery, {})
    if (data) setGroups(data.groups)
  })
  return groups
}
