import { useEffect, useMemo, useRef } from 'react'

import { useStore } from '../ui/store'
import { type Item, LiveList, type Source, type State } from './LiveList'

/** Returns a list, which is read from the start whenever its source changes, and its state. mayMove tells whether rows may enter, leave and move at once. */
export function useLiveList<Row extends Item, Key extends Item>(source: Source<Row, Key>, mayMove: () => boolean): { list: LiveList<Row, Key>; state: State<Row> } {
  const latest = useRef(mayMove)
  useEffect(() => {
    latest.current = mayMove
  })
  const list = useMemo(() => new LiveList(source, () => latest.current()), [source])
  useEffect(() => void list.show(), [list])
  return { list, state: useStore(list.state) }
}
