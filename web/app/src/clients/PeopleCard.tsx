import { nobody } from '../ui/choosing'
import { Icon } from '../ui/Icon'
import { clients } from '../words/clients'
import { assign } from './actions'
import styles from './Detail.module.css'
import type { Detail, Person } from './documents'
import type { Duty } from './people'
import { PersonPicker } from './PersonPicker'

const text = clients.detail

/** Who looks after an organization. */
export function PeopleCard({ detail, editable, onChanged }: { detail: Detail; editable: boolean; onChanged: () => void }) {
  const pick = (duty: Duty) => async (person: Person | null) => {
    if ((person?.id ?? null) !== (detail[duty]?.id ?? null) && await assign([detail.id], duty, person)) onChanged()
  }
  return (
    <section className={styles.card} aria-labelledby="people">
      <header className={styles.cardHead}><h3 id="people">{text.people}</h3></header>
      {(['engineer', 'vcio'] as const).map((duty) => {
        const person = detail[duty]
        const name = person === null ? clients.list.notAssigned : person.blocked ? clients.list.blocked(person.name) : person.name
        return (
          <div key={duty} className={styles.duty}>
            <span className={styles.soft}>{clients.list[duty]}</span>
            {editable ? (
              <PersonPicker label={clients.list[duty]} chosen={[person?.id ?? nobody]} several={false} onPick={(to) => void pick(duty)(to)}
                target={(open, isOpen) => (
                  <button type="button" className={styles.chooser} aria-label={`${name}: ${text.choose[duty]}`} aria-haspopup="listbox" aria-expanded={isOpen} onClick={open} data-nobody={person === null || undefined}>
                    <span>{name}</span><Icon name="chevron" size={12} />
                  </button>
                )} />
            ) : <span>{name}</span>}
          </div>
        )
      })}
    </section>
  )
}
