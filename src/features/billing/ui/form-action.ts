/** A server action that a form posts to. The slice's components are given theirs by the page. */
export type FormAction = (form: FormData) => Promise<void>
