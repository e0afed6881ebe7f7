/** Deleting an organization. These texts are loaded together with the dialog that shows them. */
export const deleting = {
  title: 'Delete organization',
  checking: 'Checking whether it can be deleted…',
  question: (name: string) => <>Delete <strong>{name}</strong>?</>,
  means: 'It disappears from every page. This can be undone.',
  frees: 'This frees 1 license.',
  cannot: (name: string) => <><strong>{name}</strong> can’t be deleted:</>,
  deactivateInstead: 'If you only want to free its license, deactivate it instead.',
  submit: 'Delete',
  done: (name: string) => `Deleted ${name}.`,
}
