const paths = {
  close: 'M4.5 4.5l7 7m0-7l-7 7',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  warn: 'M8 2.5L1.8 13.2h12.4L8 2.5zM8 6.8v3M8 11.6v.01',
  check: 'M3 8.5l3.2 3.2L13 5',
  search: 'M7 11.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM10.3 10.3L14 14',
  plus: 'M8 3v10M3 8h10',
  refresh: 'M13 8a5 5 0 11-1.5-3.6M13 2.5v2.8h-2.8',
  download: 'M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M3 13.5h10',
  undo: 'M5.5 3.5L2.5 6.5l3 3M2.8 6.5h6.7a4 4 0 010 7H6',
  redo: 'M10.5 3.5l3 3-3 3M13.2 6.5H6.5a4 4 0 000 7H10',
  sun: 'M8 11a3 3 0 100-6 3 3 0 000 6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  moon: 'M13.5 9.5A6 6 0 016.5 2.5a6 6 0 107 7z',
  chevron: 'M4.5 6.5L8 10l3.5-3.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6L12.5 8 5 3.2z',
  plug: 'M6 2v3.5M10 2v3.5M4 5.5h8V8a4 4 0 01-8 0V5.5zM8 12v2.5',
  move: 'M2.5 8h11M10 4.5L13.5 8 10 11.5',
  clock: 'M8 14A6 6 0 108 2a6 6 0 000 12zM8 4.8V8l2.2 1.5',
  key: 'M9.8 8.2a3.3 3.3 0 10-2-2L2.5 11.5v2h2l.5-1.3 1.3-.4.3-1.4 1.2-.3 2-1.9zM11 5h.01',
  edit: 'M10.5 3l2.5 2.5-7.5 7.5H3v-2.5L10.5 3z',
  trash: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4',
  person: 'M8 8a2.7 2.7 0 100-5.4A2.7 2.7 0 008 8zM3 13.6c.4-2.6 2.4-4 5-4s4.600 1.400 5 4',
  link: 'M6.8 9.2a2.6 2.6 0 003.7 0l2.2-2.2a2.6 2.6 0 00-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 00-3.7 0L3.3 9a2.6 2.6 0 003.7 3.7l.9-.9',
  equal: 'M3 6h10M3 10h10',
  almostEqual: 'M2.5 6.5c1.8-2 3.5-2 5.5-.6s3.7 1.4 5.5-.6M2.5 11.2c1.8-2 3.5-2 5.5-.6s3.7 1.4 5.5-.6',
  similar: 'M2.5 9c1.8-2.2 3.5-2.2 5.5-.7s3.7 1.5 5.5-.7',
  question: 'M5.5 6a2.5 2.5 0 113.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.6v.01',
  table: 'M2.5 3h11v10h-11zM2.500 6.200h11M6.200 6.200V13',
  code: 'M5.500 4.500L2 8l3.500 3.500M10.500 4.500L14 8l-3.500 3.500',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  pin: 'M5.5 2.5h5M6.5 2.5v4L4 9.5h8L9.5 6.5v-4M8 9.5v4',
  left: 'M10 4L6 8l4 4',
  right: 'M6 4l4 4-4 4',
  hide: 'M8 14A6 6 0 108 2a6 6 0 000 12zM3.8 3.8l8.4 8.4',
  building: 'M2.5 13.5h11M3.5 13.5v-11h6v11M9.5 6.5h3v7M5.5 5h2M5.5 7.5h2M5.5 10h2',
  gear: 'M8 10.2a2.2 2.2 0 100-4.400 2.200 2.200 0 000 4.400zM8 1.800v1.900M8 12.300v1.900M1.800 8h1.900M12.300 8h1.900M3.600 3.600l1.350 1.350M11.050 11.050l1.350 1.350M3.600 12.400l1.350-1.350M11.050 4.950l1.350-1.350',
  keyboard: 'M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5.5 9.5h5',
} as const

export type IconName = keyof typeof paths

/** An icon next to a word or instead of one; without a word, pass a label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round"
      strokeLinejoin="round" aria-hidden="true" focusable="false" style={{ flex: 'none', display: 'block' }}>
      <path d={paths[name]} strokeWidth={name === 'more' ? 2.4 : undefined} />
    </svg>
  )
}
